package io.portolan.model.cluster;

import io.portolan.model.Condition;
import io.portolan.model.Names;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a cluster.
 *
 * @param lastHeard on PostgreSQL's clock
 * @param observation what its agent last told; absent before the first hello
 * @param tainted since when each of its taints evicts, by central's clock
 * @param losses how often it fell silent of late; absent where it did not
 */
public record ClusterStatus(
        Reach reach,
        Optional<Instant> lastHeard,
        Optional<Observation> observation,
        List<Condition> conditions,
        List<Tainted> tainted,
        Optional<Losses> losses)
        implements Status {
    public ClusterStatus {
        conditions = List.copyOf(conditions);
        tainted = List.copyOf(tainted);
    }

    /** Of a cluster with no taint that evicts. */
    public ClusterStatus(
            Reach reach,
            Optional<Instant> lastHeard,
            Optional<Observation> observation,
            List<Condition> conditions) {
        this(reach, lastHeard, observation, conditions, List.of(), Optional.empty());
    }

    /** Of a cluster that did not fall silent of late. */
    public ClusterStatus(
            Reach reach,
            Optional<Instant> lastHeard,
            Optional<Observation> observation,
            List<Condition> conditions,
            List<Tainted> tainted) {
        this(reach, lastHeard, observation, conditions, tainted, Optional.empty());
    }

    /**
     * How often a cluster fell silent of late, on the leader's clock.
     *
     * @param at when it was believed to be down, the oldest first
     * @param downSince the first of them since it was last healthy for long enough to count as back
     * @param heardSince since when it has been heard without a break; absent while it is not
     */
    public record Losses(List<Instant> at, Instant downSince, Optional<Instant> heardSince) {
        public Losses {
            at = List.copyOf(at);
        }
    }

    /** Since when central has seen a taint of effect NoExecute. */
    public record Tainted(String key, String value, Instant since) {
        public boolean isOf(ClusterSpec.Taint taint) {
            return key.equals(taint.key()) && value.equals(taint.value());
        }
    }

    /** Whether central hears the agent. */
    public enum Reach {
        /** No agent has joined. */
        PENDING,
        READY,
        /** Silent for longer than suspicion, shorter than belief. */
        SUSPECT,
        UNREACHABLE;

        @Override
        public String toString() {
            return Names.camel(this);
        }
    }

    /**
     * What an agent tells of its cluster.
     *
     * @param apiKinds as {@code Deployment.apps}, {@code Service}
     * @param orphans what is there of applications that central does not ask for, as {@link
     *     Orphan#written}: kept and reported
     * @param abilities what this build of the agent can do beyond the first, by words of {@link
     *     io.portolan.model.wire.AgentMessages}
     * @param guarding what is rendered into workloads that fence themselves; absent where the agent
     *     opens no door for guards
     * @param probed what it found of clusters that central does not hear, while it is asked for it
     */
    public record Observation(
            String agentVersion,
            String kubernetesVersion,
            Optional<Capacity> capacity,
            List<String> apiKinds,
            List<String> orphans,
            List<String> abilities,
            Optional<Guarding> guarding,
            List<Probed> probed) {
        public Observation {
            apiKinds = List.copyOf(apiKinds);
            orphans = List.copyOf(orphans);
            abilities = List.copyOf(abilities);
            probed = List.copyOf(probed);
        }

        /** Of an agent that can what the first one could. */
        public Observation(
                String agentVersion,
                String kubernetesVersion,
                Optional<Capacity> capacity,
                List<String> apiKinds,
                List<String> orphans) {
            this(agentVersion, kubernetesVersion, capacity, apiKinds, orphans, List.of());
        }

        /** Of an agent that opens no door for guards and is asked for no other cluster. */
        public Observation(
                String agentVersion,
                String kubernetesVersion,
                Optional<Capacity> capacity,
                List<String> apiKinds,
                List<String> orphans,
                List<String> abilities) {
            this(
                    agentVersion,
                    kubernetesVersion,
                    capacity,
                    apiKinds,
                    orphans,
                    abilities,
                    Optional.empty());
        }

        /** Of an agent that is asked for no other cluster. */
        public Observation(
                String agentVersion,
                String kubernetesVersion,
                Optional<Capacity> capacity,
                List<String> apiKinds,
                List<String> orphans,
                List<String> abilities,
                Optional<Guarding> guarding) {
            this(
                    agentVersion,
                    kubernetesVersion,
                    capacity,
                    apiKinds,
                    orphans,
                    abilities,
                    guarding,
                    List.of());
        }

        /** The orphans that say whose they are. */
        public List<Orphan> left() {
            return orphans.stream().flatMap(o -> Orphan.read(o).stream()).toList();
        }
    }

    /**
     * What guards need in this cluster.
     *
     * @param url of the agent's door, as pods reach it; without the path
     * @param image of the guard, as this cluster's nodes pull it
     */
    public record Guarding(String url, String image) {}

    /**
     * What one cluster's agent found of another.
     *
     * @param silentSince the silence that it was asked about, see {@link ClusterStatus#lastHeard}
     * @param detail the answer's status, or why there was none
     */
    public record Probed(Uid cluster, Instant silentSince, boolean reached, String detail) {}

    /**
     * An application of which something is in a cluster although central does not ask for it there:
     * the agent remembers it, or found objects that carry its uid.
     *
     * @param tenant empty where nothing tells
     */
    public record Orphan(String tenant, String name, Uid application) {
        /** {@code shop/checkout UID}, for people and for {@link #read}. */
        public String written() {
            return title() + " " + application;
        }

        public String title() {
            return (tenant.isEmpty() ? "?" : tenant) + "/" + (name.isEmpty() ? "?" : name);
        }

        /** Empty for what is not written so. */
        public static Optional<Orphan> read(String written) {
            int space = written.indexOf(' ');
            int slash = written.indexOf('/');
            int uid = written.length() - space - 1;
            return slash > 0 && space > slash + 1 && uid >= 1 && uid <= 64
                    ? Optional.of(
                            new Orphan(
                                    written.substring(0, slash),
                                    written.substring(slash + 1, space),
                                    new Uid(written.substring(space + 1))))
                    : Optional.empty();
        }
    }

    /**
     * Sums over ready nodes and their pods. CPU in thousandths of a core, memory in bytes. An agent
     * tells them and may tell anything: less than nothing is taken for nothing, and more than
     * {@link #MOST} for that much, so that sums of them mean something.
     *
     * @param requestedMillis by all pods
     * @param ownMillis of it by pods of the applications that the agent holds works for, measured
     *     in the same pass; absent with {@code ownBytes} where an older agent does not tell
     */
    public record Capacity(
            int nodes,
            long allocatableMillis,
            long allocatableBytes,
            long requestedMillis,
            long requestedBytes,
            Optional<Long> ownMillis,
            Optional<Long> ownBytes) {
        /** More than any cluster has: a pebibyte, or as many thousandths of a core. */
        public static final long MOST = 1L << 50;

        public Capacity {
            nodes = Math.max(0, nodes);
            allocatableMillis = bounded(allocatableMillis);
            allocatableBytes = bounded(allocatableBytes);
            requestedMillis = bounded(requestedMillis);
            requestedBytes = bounded(requestedBytes);
            ownMillis = ownMillis.map(Capacity::bounded);
            ownBytes = ownBytes.map(Capacity::bounded);
        }

        private static long bounded(long told) {
            return Math.clamp(told, 0, MOST);
        }

        /** As an older agent tells it. */
        public Capacity(
                int nodes,
                long allocatableMillis,
                long allocatableBytes,
                long requestedMillis,
                long requestedBytes) {
            this(
                    nodes,
                    allocatableMillis,
                    allocatableBytes,
                    requestedMillis,
                    requestedBytes,
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
