package io.portolan.model.wire;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What agent and central say to each other, in the order of a session: join (once in a cluster's
 * life), hello, then sync, reports and heartbeats. Readers ignore fields that they do not know.
 */
public final class AgentMessages {
    /** The protocol that this build speaks. A central speaks its own and the two before. */
    public static final int PROTOCOL = 1;

    public static final String JOIN = "/agent/v1/join";
    public static final String HELLO = "/agent/v1/hello";

    /**
     * GET with {@code session}, {@code generation}, {@code cursor}, {@code wait} (seconds, at most
     * 30).
     */
    public static final String WORK = "/agent/v1/work";

    /** GET {@code /agent/v1/content/{digest}} with {@code session}: JSON of {@link Content}. */
    public static final String CONTENT = "/agent/v1/content/";

    public static final String REPORTS = "/agent/v1/reports";
    public static final String HEARTBEAT = "/agent/v1/heartbeat";

    /** GET with {@code session}: JSON of {@link Grants}. */
    public static final String GRANTS = "/agent/v1/grants";

    /**
     * Contents of at most this size travel inside the sync answer, which saves a request. Bytes.
     */
    public static final int INLINE_CONTENT_LIMIT = 16 * 1024;

    /**
     * Header of a refusal (503) by a node that shuts down: another is to be asked, and nothing of
     * what was asked has been done.
     */
    public static final String CLOSING = "Portolan-Closing";

    /** An ability of agents: to give objects up, so that they stay in the cluster as nobody's. */
    public static final String GIVES_UP = "GivesUp";

    /** An ability of agents: to make what runs once, and to tell how it ended. */
    public static final String RUNS_ONCE = "RunsOnce";

    /** An ability of agents: to ask, for central, whether another cluster lives. */
    public static final String PROBES = "Probes";

    /** An ability of agents: to know what a standby has ready ({@link Work#standby}). */
    public static final String STANDS_BY = "StandsBy";

    private AgentMessages() {}

    /**
     * @param token single use
     */
    public record Join(String token, String agentVersion) {}

    /**
     * @param credential the agent's bearer token from now on, shown once
     */
    public record Joined(Uid cluster, String name, String credential) {}

    /**
     * Opens a session.
     *
     * @param generation the store generation of what the agent holds, 0 when it holds nothing
     * @param cursor up to where the agent knows its works, in that generation. Beyond the end of
     *     central's log it says that the database was set back.
     * @param holdings what the agent holds, for central to compare
     */
    public record Hello(
            int protocolMin,
            int protocolMax,
            String agentVersion,
            long generation,
            long cursor,
            List<Holding> holdings) {}

    public record Holding(
            Uid application, String tenant, String name, long sequence, long epoch, Role role) {}

    /**
     * @param session drawn from the store: greater than every session before
     * @param generation of the store: on a foreign one the agent asks for the full set
     * @param quarantined applications that the agent must stop before anything else
     * @param remembered to an agent whose cursor is 0, which may have lost its disk: what it had
     *     reported of pods that a stop must account for
     */
    public record Welcome(
            long session,
            int protocol,
            long generation,
            int heartbeatSeconds,
            List<Uid> quarantined,
            List<Remembered> remembered) {
        public Welcome {
            quarantined = List.copyOf(quarantined);
            remembered = List.copyOf(remembered);
        }

        /** To an agent that has its disk. */
        public Welcome(
                long session,
                int protocol,
                long generation,
                int heartbeatSeconds,
                List<Uid> quarantined) {
            this(session, protocol, generation, heartbeatSeconds, quarantined, List.of());
        }
    }

    /**
     * @param pods as {@link WorkStatus#pods}
     */
    public record Remembered(Uid application, List<String> pods) {
        public Remembered {
            pods = List.copyOf(pods);
        }
    }

    /**
     * A delta since the cursor, or the full set.
     *
     * @param cursor what to ask with next
     * @param full whether works is everything that central wants of this cluster. Even then, what
     *     is missing is an orphan and stays.
     * @param digest {@link WorkSet#digest} of the full set at this cursor, tombstones outside
     * @param contents small contents of these works by digest
     */
    public record Sync(
            long generation,
            long cursor,
            boolean full,
            List<Work> works,
            Digest digest,
            Map<String, Content> contents) {}

    /**
     * @param batch counts from 1 in a session
     * @param observation absent when nothing changed since the last one
     */
    public record Report(
            long session,
            long batch,
            List<WorkStatus> statuses,
            Optional<Observation> observation,
            List<AgentEvent> events) {}

    /** Worth showing to the application's owner. */
    public record AgentEvent(
            Uid application, long atEpochMillis, boolean warning, String reason, String message) {}

    /**
     * @param batch the last that is durable; the answer to a wrong batch is 409 with it too
     */
    public record ReportAck(long batch) {}

    public record Heartbeat(long session) {}

    /**
     * What the cluster's guards may go on with, counted from when the agent asked.
     *
     * @param granted applications that have the active role here
     * @param revoked guarded applications that do not have it
     */
    public record Grants(List<Grant> granted, List<Uid> revoked) {
        public Grants {
            granted = List.copyOf(granted);
            revoked = List.copyOf(revoked);
        }
    }

    /** The right to run for so long, counted from a time before it was asked for. */
    public record Grant(Uid application, long epoch, long millis) {}

    /**
     * The answer to a heartbeat.
     *
     * @param probes what this agent is to ask of other clusters, in this moment; only of one that
     *     can {@link #PROBES}
     */
    public record Beaten(List<PeerProbe> probes) {
        public Beaten {
            probes = List.copyOf(probes);
        }
    }

    /**
     * @param cluster that central does not hear
     * @param silentSince since when, to be said again with what was found
     */
    public record PeerProbe(Uid cluster, Instant silentSince, String url) {}
}
