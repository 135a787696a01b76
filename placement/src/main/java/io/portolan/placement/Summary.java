package io.portolan.placement;

import java.util.List;
import java.util.Map;

/** The one line of a decision. */
final class Summary {
    private Summary() {}

    /**
     * {@code 2 of 37 clusters: 20 region, 9 tainted maintenance, 6 not needed}.
     *
     * @param asked how many clusters the policy asks for; 0 where fewer do as well
     * @param labels how many clusters fell to what
     * @param givenUp what soft spreads go over that are not kept
     */
    static String words(
            int clusters,
            long chosen,
            int asked,
            Map<String, Integer> labels,
            List<String> givenUp) {
        List<String> told =
                labels.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Integer>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(e -> e.getValue() + " " + e.getKey())
                        .toList();
        return chosen
                + " of "
                + clusters
                + (clusters == 1 ? " cluster" : " clusters")
                + (chosen < asked ? " (" + asked + " asked for)" : "")
                + (told.isEmpty() ? "" : ": " + String.join(", ", told))
                + (givenUp.isEmpty()
                        ? ""
                        : "; not spread over " + String.join(", ", givenUp) + ", which is soft");
    }
}
