package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Names;
import java.util.List;
import java.util.Optional;

/**
 * Which clusters stand by, and where they may be. Applications with many writers have standbys only
 * where their disaster-recovery policy says what these have ready.
 *
 * @param clusters of those that are asked for so many stand by; absent: all but one. Of a single
 *     writer it can be no other number
 * @param apart fields or labels of clusters, such as {@code region}: a standby never has the same
 *     value there as the active cluster
 */
public record Standbys(Optional<Integer> clusters, List<String> apart) {
    private static final int MOST_KEYS = 10;

    public Standbys {
        apart = List.copyOf(apart);
    }

    /** All but one. */
    public Standbys(List<String> apart) {
        this(Optional.empty(), apart);
    }

    void check(int all, List<PlacementPolicySpec.Spread> spreads, Check at) {
        Check here = at.at("apart");
        here.require(
                !apart.isEmpty() || clusters.isPresent(),
                "must hold at least one field or label, such as region");
        clusters.ifPresent(
                n ->
                        at.at("clusters")
                                .require(
                                        n >= 1 && n < Math.max(2, all),
                                        "must be 1.."
                                                + Math.max(1, all - 1)
                                                + " of clusters: "
                                                + all
                                                + ", was "
                                                + n));
        here.require(apart.size() <= MOST_KEYS, "at most " + MOST_KEYS);
        for (int i = 0; i < apart.size(); i++) {
            here.at(i)
                    .require(
                            Names.labelKey(apart.get(i)),
                            "must be region, zone, provider, another field or a label key");
            here.at(i).require(apart.indexOf(apart.get(i)) == i, "is said twice");
            String key = apart.get(i);
            here.at(i)
                    .require(
                            spreads.stream()
                                    .filter(s -> s.over().equals(key) && !s.soft())
                                    .noneMatch(s -> s.maxGroups().filter(m -> m < 2).isPresent()),
                            "needs two values of "
                                    + key
                                    + ", and the spread over it has maxGroups: 1");
        }
        at.require(
                all >= 2, "standbys need clusters: 2 or more, one is active; was clusters: " + all);
    }
}
