package io.portolan.model.cluster;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Names;
import io.portolan.model.Spec;
import java.util.List;
import java.util.Optional;

/**
 * A member of the fleet, as the operator declares it.
 *
 * @param agent absent where the agent is to be of central's own version
 * @param probe what the agents of other clusters ask when this one is silent; absent: nothing
 */
public record ClusterSpec(
        Location location,
        List<Taint> taints,
        boolean cordoned,
        Optional<Agent> agent,
        Optional<Probe> probe)
        implements Spec {
    public ClusterSpec {
        taints = List.copyOf(taints);
    }

    public ClusterSpec(Location location, List<Taint> taints, boolean cordoned) {
        this(location, taints, cordoned, Optional.empty());
    }

    /** One that is not probed. */
    public ClusterSpec(
            Location location, List<Taint> taints, boolean cordoned, Optional<Agent> agent) {
        this(location, taints, cordoned, agent, Optional.empty());
    }

    /**
     * The agent that central wants there.
     *
     * @param version as the agent reports it: {@code 0.1.0}
     */
    public record Agent(String version) {}

    /**
     * Where it stands; empty strings where not said.
     *
     * @param jurisdiction whose law holds, for data residency: {@code EU}
     */
    public record Location(String provider, String region, String zone, String jurisdiction) {
        public static final Location UNKNOWN = new Location("", "", "", "");
    }

    /** Repels applications that do not tolerate it. */
    public record Taint(String key, String value, Effect effect) {
        /** {@code key=value:NoSchedule}. */
        @Override
        public String toString() {
            return key + (value.isEmpty() ? "" : "=" + value) + ":" + effect;
        }
    }

    /** What a taint does. */
    public enum Effect {
        /** Nothing new is placed; what is there stays. */
        NO_SCHEDULE,
        /** What is there must leave too. */
        NO_EXECUTE;

        @Override
        public String toString() {
            return Names.camel(this);
        }
    }

    @Override
    public Kind kind() {
        return Kind.CLUSTER;
    }

    @Override
    public void check(Check at) {
        Check where = at.at("location");
        value(where.at("provider"), location.provider);
        value(where.at("region"), location.region);
        value(where.at("zone"), location.zone);
        value(where.at("jurisdiction"), location.jurisdiction);
        agent.ifPresent(
                a ->
                        at.at("agent")
                                .at("version")
                                .require(
                                        !a.version.isEmpty() && Names.labelValue(a.version),
                                        "must be a version such as 0.1.0"));
        probe.ifPresent(p -> p.check(at.at("probe")));
        for (int i = 0; i < taints.size(); i++) {
            Check taint = at.at("taints").at(i);
            taint.at("key").require(Names.labelKey(taints.get(i).key), "must be a label key");
            taint.at("value")
                    .require(Names.labelValue(taints.get(i).value), "must be a label value");
        }
    }

    private static void value(Check at, String text) {
        at.require(Names.labelValue(text), "must be a label value, was \"" + text + "\"");
    }
}
