package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Names;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.cluster.ClusterSpec;
import java.util.List;
import java.util.Optional;

/**
 * Where an application may run, and on how many clusters.
 *
 * @param where over the cluster's fields {@code region}, {@code zone}, {@code provider}, {@code
 *     jurisdiction}, {@code name}, {@code kubernetesVersion} and its labels; a field's name hides a
 *     label of that name
 * @param clusters how many; of a single writer one is active, the others stand by
 * @param spread at most one constraint, over regions, zones or providers
 */
public record PlacementPolicySpec(
        Selector where, List<Toleration> tolerations, int clusters, Optional<Spread> spread)
        implements Spec {
    /** One cluster, any that fits. */
    public static final PlacementPolicySpec ANYWHERE =
            new PlacementPolicySpec(Selector.EVERYTHING, List.of(), 1, Optional.empty());

    private static final long MOST_SECONDS = 366L * 24 * 3600;

    public PlacementPolicySpec {
        tolerations = List.copyOf(tolerations);
    }

    /** What clusters are spread over. */
    public enum Topology {
        REGION,
        ZONE,
        PROVIDER;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Hard: a placement that breaks it is not made.
     *
     * @param minGroups at least so many different values
     * @param maxSkew how far the fullest and the emptiest chosen group may differ, at least 1
     */
    public record Spread(Topology over, int minGroups, int maxSkew) {}

    /**
     * Lets an application onto tainted clusters.
     *
     * @param key empty tolerates every taint
     * @param value empty tolerates every value
     * @param effect absent tolerates both effects
     * @param tolerationSeconds of a taint of effect NoExecute: how long what is there may stay from
     *     the taint on, and nothing new comes; absent tolerates for ever
     */
    public record Toleration(
            String key,
            String value,
            Optional<ClusterSpec.Effect> effect,
            Optional<Long> tolerationSeconds) {
        /** Tolerates for ever. */
        public Toleration(String key, String value, Optional<ClusterSpec.Effect> effect) {
            this(key, value, effect, Optional.empty());
        }

        public boolean tolerates(ClusterSpec.Taint taint) {
            return (key.isEmpty() || key.equals(taint.key()))
                    && (value.isEmpty() || value.equals(taint.value()))
                    && effect.map(e -> e == taint.effect()).orElse(true);
        }
    }

    @Override
    public Kind kind() {
        return Kind.PLACEMENT_POLICY;
    }

    @Override
    public void check(Check at) {
        where.check(at.at("where"));
        at.at("clusters").range(clusters, 1, 10_000);
        spread.ifPresent(
                s -> {
                    at.at("spread").at("minGroups").range(s.minGroups, 1, 10_000);
                    at.at("spread").at("maxSkew").range(s.maxSkew, 1, 10_000);
                    at.at("spread")
                            .at("minGroups")
                            .require(
                                    s.minGroups <= clusters,
                                    s.minGroups
                                            + " groups need at least as many clusters, was"
                                            + " clusters: "
                                            + clusters);
                });
        for (int i = 0; i < tolerations.size(); i++) {
            Toleration t = tolerations.get(i);
            Check here = at.at("tolerations").at(i);
            here.at("key").require(t.key.isEmpty() || Names.labelKey(t.key), "must be a label key");
            here.at("value").require(Names.labelValue(t.value), "must be a label value");
            t.tolerationSeconds.ifPresent(
                    seconds -> {
                        here.at("tolerationSeconds").range(seconds, 0, MOST_SECONDS);
                        here.at("tolerationSeconds")
                                .require(
                                        t.effect.equals(Optional.of(ClusterSpec.Effect.NO_EXECUTE)),
                                        "needs effect: NoExecute, nothing else evicts");
                    });
        }
    }
}
