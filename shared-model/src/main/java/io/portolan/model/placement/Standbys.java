package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Names;
import java.util.List;

/**
 * Where the standbys of a single writer may be. Applications with many writers have none.
 *
 * @param apart fields or labels of clusters, such as {@code region}: a standby never has the same
 *     value there as the active cluster
 */
public record Standbys(List<String> apart) {
    private static final int MOST_KEYS = 10;

    public Standbys {
        apart = List.copyOf(apart);
    }

    void check(int clusters, List<PlacementPolicySpec.Spread> spreads, Check at) {
        Check here = at.at("apart");
        here.require(!apart.isEmpty(), "must hold at least one field or label, such as region");
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
                clusters >= 2,
                "standbys need clusters: 2 or more, one is active; was clusters: " + clusters);
    }
}
