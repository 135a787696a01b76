package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Names;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.cluster.ClusterSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where an application may run, and on how many clusters.
 *
 * @param where over the cluster's fields {@code region}, {@code zone}, {@code provider}, {@code
 *     jurisdiction}, {@code name}, {@code kubernetesVersion} and its labels; a field's name hides a
 *     label of that name
 * @param clusters how many, standbys included; of a single writer one is active, the others stand
 *     by
 * @param prefer what makes one cluster better than another that fits as well; moves nothing
 * @param groups which clusters are wanted before which; absent: all alike
 * @param replicas how replicas are divided over the clusters; absent: each runs all
 * @param spread constraints that hold together; the soft ones among them in order of importance
 * @param affinity to other applications of the tenant, or away from them
 * @param standbys which of the clusters stand by, where any do; absent: all but one, wherever the
 *     policy lets them
 * @param rebalance whether it moves to where it would be better; absent: {@link Rebalance#USUAL}
 * @param capacity what is asked of the room in a cluster; absent: {@link CapacityRule#USUAL}
 * @param priority who comes first where not everything fits; absent: {@link Priority#USUAL}
 */
public record PlacementPolicySpec(
        Selector where,
        List<Toleration> tolerations,
        int clusters,
        List<Spread> spread,
        Optional<Division> replicas,
        List<Preference> prefer,
        Optional<ClusterGroups> groups,
        List<Affinity> affinity,
        Optional<Standbys> standbys,
        Optional<Rebalance> rebalance,
        Optional<CapacityRule> capacity,
        Optional<Priority> priority)
        implements Spec {
    /** One cluster, any that fits. */
    public static final PlacementPolicySpec ANYWHERE =
            new PlacementPolicySpec(Selector.EVERYTHING, List.of(), 1, List.of());

    private static final int MOST_CLUSTERS = 10_000;
    private static final int MOST_SPREADS = 10;
    private static final int MOST_PREFERENCES = 10;
    private static final int MOST_AFFINITIES = 10;

    private static final long MOST_SECONDS = 366L * 24 * 3600;

    public PlacementPolicySpec {
        tolerations = List.copyOf(tolerations);
        spread = List.copyOf(spread);
        prefer = List.copyOf(prefer);
        affinity = List.copyOf(affinity);
    }

    /** It does not matter where other applications are, nor where standbys are. */
    public PlacementPolicySpec(
            Selector where,
            List<Toleration> tolerations,
            int clusters,
            List<Spread> spread,
            Optional<Division> replicas,
            List<Preference> prefer,
            Optional<ClusterGroups> groups) {
        this(
                where,
                tolerations,
                clusters,
                spread,
                replicas,
                prefer,
                groups,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** All clusters that fit are equally good. */
    public PlacementPolicySpec(
            Selector where,
            List<Toleration> tolerations,
            int clusters,
            List<Spread> spread,
            Optional<Division> replicas) {
        this(where, tolerations, clusters, spread, replicas, List.of(), Optional.empty());
    }

    /** Each cluster runs all replicas. */
    public PlacementPolicySpec(
            Selector where, List<Toleration> tolerations, int clusters, List<Spread> spread) {
        this(where, tolerations, clusters, spread, Optional.empty());
    }

    /**
     * How clusters are to be spread. The clusters with one value under the key are a group.
     *
     * @param over {@code region}, {@code zone}, {@code provider}, another field that {@code where}
     *     knows, or a label
     * @param minGroups at least so many different values
     * @param maxGroups at most so many; absent: any number
     * @param maxSkew how far the fullest and the emptiest chosen group may differ, at least 1
     * @param soft kept where that is possible and moves nothing; else a placement that breaks it is
     *     not made
     * @param weights of groups by their value; 1 where there is none: one of weight 3 may hold
     *     three clusters where others hold one, so {@code maxSkew} compares counts divided by
     *     weights
     */
    public record Spread(
            String over,
            int minGroups,
            Optional<Integer> maxGroups,
            int maxSkew,
            boolean soft,
            Map<String, Integer> weights) {
        private static final int MOST_WEIGHTS = 100;
        private static final int HIGHEST_WEIGHT = 1_000;

        public Spread {
            weights = Collections.unmodifiableMap(new TreeMap<>(weights));
        }

        /** All groups weigh the same. */
        public Spread(
                String over,
                int minGroups,
                Optional<Integer> maxGroups,
                int maxSkew,
                boolean soft) {
            this(over, minGroups, maxGroups, maxSkew, soft, Map.of());
        }

        /** A hard one, over any number of groups. */
        public Spread(String over, int minGroups, int maxSkew) {
            this(over, minGroups, Optional.empty(), maxSkew, false);
        }

        private void check(int clusters, Check at) {
            at.at("over")
                    .require(
                            Names.labelKey(over),
                            "must be region, zone, provider, another field or a label key");
            at.at("minGroups").range(minGroups, 1, MOST_CLUSTERS);
            at.at("maxSkew").range(maxSkew, 1, MOST_CLUSTERS);
            at.at("minGroups")
                    .require(
                            minGroups <= clusters,
                            minGroups
                                    + " groups need at least as many clusters, was clusters: "
                                    + clusters);
            maxGroups.ifPresent(
                    most -> {
                        at.at("maxGroups").range(most, 1, MOST_CLUSTERS);
                        at.at("maxGroups")
                                .require(
                                        most >= minGroups,
                                        "must not be less than minGroups: " + minGroups);
                        at.at("maxGroups")
                                .require(
                                        soft || !over.equals("name") || most >= clusters,
                                        "each cluster is a group of its own: must not be less than"
                                                + " clusters: "
                                                + clusters);
                    });
            at.at("weights").require(weights.size() <= MOST_WEIGHTS, "at most " + MOST_WEIGHTS);
            weights.forEach((group, w) -> at.at("weights").at(group).range(w, 1, HIGHEST_WEIGHT));
        }
    }

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

    /** The same at another priority. */
    public PlacementPolicySpec with(Priority other) {
        return new PlacementPolicySpec(
                where,
                tolerations,
                clusters,
                spread,
                replicas,
                prefer,
                groups,
                affinity,
                standbys,
                rebalance,
                capacity,
                Optional.of(other));
    }

    /** What is said of moving to something better, or what holds where nothing is. */
    public Rebalance rebalancing() {
        return rebalance.orElse(Rebalance.USUAL);
    }

    /** Of how many clusters the application is active, where the others stand by. */
    public int active() {
        return Math.max(1, clusters - standbys.flatMap(Standbys::clusters).orElse(clusters - 1));
    }

    /** How replicas are divided; empty where each cluster runs all. */
    public Optional<Division> dividing() {
        return replicas.filter(d -> d.divide() != Division.Divide.DUPLICATED);
    }

    @Override
    public Kind kind() {
        return Kind.PLACEMENT_POLICY;
    }

    @Override
    public void check(Check at) {
        where.check(at.at("where"));
        at.at("clusters").range(clusters, 1, MOST_CLUSTERS);
        replicas.ifPresent(r -> r.check(spread, at.at("replicas")));
        capacity.ifPresent(c -> c.check(at.at("capacity")));
        priority.ifPresent(p -> p.check(at.at("priority")));
        groups.ifPresent(g -> g.check(at.at("groups")));
        rebalance.ifPresent(r -> r.check(at.at("rebalance")));
        at.at("prefer").require(prefer.size() <= MOST_PREFERENCES, "at most " + MOST_PREFERENCES);
        for (int i = 0; i < prefer.size(); i++) {
            prefer.get(i).check(at.at("prefer").at(i));
        }
        at.at("affinity").require(affinity.size() <= MOST_AFFINITIES, "at most " + MOST_AFFINITIES);
        for (int i = 0; i < affinity.size(); i++) {
            affinity.get(i)
                    .check(affinity.size() == 1 ? at.at("affinity") : at.at("affinity").at(i));
        }
        for (int i = 0; i < affinity.size(); i++) {
            for (int j = 0; j < i; j++) {
                at.at("affinity")
                        .at(i)
                        .require(
                                !affinity.get(i).contradicts(affinity.get(j)),
                                "must be kept, and affinity[" + j + "] asks for the opposite");
            }
        }
        standbys.ifPresent(s -> s.check(clusters, spread, at.at("standbys")));
        at.at("spread").require(spread.size() <= MOST_SPREADS, "at most " + MOST_SPREADS);
        for (int i = 0; i < spread.size(); i++) {
            // One may be written without a list around it.
            Check here = spread.size() == 1 ? at.at("spread") : at.at("spread").at(i);
            spread.get(i).check(clusters, here);
            for (int j = 0; j < i; j++) {
                here.at("over")
                        .require(
                                !spread.get(j).over.equals(spread.get(i).over),
                                "is spread over already by spread[" + j + "]");
            }
        }
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
