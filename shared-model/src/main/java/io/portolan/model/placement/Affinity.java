package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Names;
import io.portolan.model.Selector;
import java.util.Map;
import java.util.Optional;

/**
 * Where other applications of the same tenant run draws an application there, or keeps it away.
 * Exactly one of {@code application} and {@code applications}. Looked at when a cluster is chosen
 * anew: nothing moves because another application moved.
 *
 * @param application a name
 * @param applications over the labels of applications; not everything
 * @param over what is to be shared: {@code cluster}, a field or a label of clusters
 * @param apart whether the value must not be shared, instead
 * @param weight points of preference for a cluster that keeps this; absent: it must be kept
 */
public record Affinity(
        Optional<String> application,
        Optional<Selector> applications,
        String over,
        boolean apart,
        Optional<Integer> weight) {
    private static final String CLUSTER = "cluster";
    private static final int HIGHEST_WEIGHT = 1_000;

    public Affinity {
        applications = applications.filter(a -> !a.requirements().isEmpty());
    }

    /** What of a cluster is compared, as selectors and spreads know it. */
    public String key() {
        return over.equals(CLUSTER) ? "name" : over;
    }

    /** Whether it speaks of an application that has this name and these labels. */
    public boolean selects(String name, Map<String, String> labels) {
        return application
                .map(name::equals)
                .orElseGet(() -> applications.filter(a -> a.matches(labels)).isPresent());
    }

    /** Whether no cluster can keep both. */
    boolean contradicts(Affinity other) {
        return weight.isEmpty()
                && other.weight.isEmpty()
                && apart != other.apart
                && key().equals(other.key())
                && application.equals(other.application)
                && applications.equals(other.applications);
    }

    void check(Check at) {
        at.require(
                application.isPresent() != applications.isPresent(),
                "must have exactly one of: application, applications");
        application.ifPresent(name -> at.at("application").dnsLabel(name));
        applications.ifPresent(a -> a.check(at.at("applications")));
        at.at("over")
                .require(
                        Names.labelKey(over),
                        "must be cluster, region, zone, provider, another field or a label key");
        weight.ifPresent(w -> at.at("weight").range(w, 1, HIGHEST_WEIGHT));
    }

    /** The applications that it speaks of: {@code cache}, {@code tier = cache}. */
    public String others() {
        return application.or(() -> applications.map(Selector::toString)).orElse("nothing");
    }

    /** As in summaries: {@code affinity cache}, {@code apart cache}. */
    @Override
    public String toString() {
        return (apart ? "apart " : "affinity ") + others();
    }
}
