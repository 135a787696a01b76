package io.portolan.central.reconcile;

import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What placement can have seen change of a cluster, in words: {@code cluster c3 joined}. What is
 * only learned of it for the first time, or noted down, tells nothing.
 */
final class ClusterNews {
    private static final int MOST_KINDS = 3;

    private ClusterNews() {}

    static String words(Optional<Candidate> before, Optional<Candidate> after) {
        if (before.isEmpty() || after.isEmpty()) {
            return before.map(c -> "cluster " + c.name() + " was removed")
                    .or(() -> after.map(c -> "cluster " + c.name() + " was added"))
                    .orElse("a cluster was removed");
        }
        List<String> out = differences(before.get(), after.get());
        return out.isEmpty() ? "" : "cluster " + after.get().name() + " " + String.join(", ", out);
    }

    private static List<String> differences(Candidate before, Candidate after) {
        List<String> out = new ArrayList<>();
        if (after.deleting() && !before.deleting()) {
            out.add("is being deleted");
        }
        taints(before, after).ifPresent(t -> out.add("was tainted " + t));
        taints(after, before).ifPresent(t -> out.add("is no longer tainted " + t));
        if (before.spec().cordoned() != after.spec().cordoned()) {
            out.add(after.spec().cordoned() ? "was cordoned" : "was uncordoned");
        }
        if (before.reach() != after.reach()) {
            out.add(reach(before.reach(), after.reach()));
        }
        kinds(before.apiKinds(), after.apiKinds()).ifPresent(k -> out.add("lost the kinds " + k));
        if (!before.apiKinds().isEmpty()) {
            kinds(after.apiKinds(), before.apiKinds())
                    .ifPresent(k -> out.add("has the new kinds " + k));
        }
        if (!before.labels().equals(after.labels())) {
            out.add("has other labels");
        }
        if (!before.spec().location().equals(after.spec().location())) {
            out.add("has another location");
        }
        if (!before.kubernetesVersion().equals(after.kubernetesVersion())
                && !before.kubernetesVersion().isEmpty()) {
            out.add("runs Kubernetes " + after.kubernetesVersion());
        }
        return out;
    }

    private static Optional<String> taints(Candidate without, Candidate with) {
        String more =
                with.spec().taints().stream()
                        .filter(t -> !without.spec().taints().contains(t))
                        .map(Taint::toString)
                        .collect(Collectors.joining(" and "));
        return more.isEmpty() ? Optional.empty() : Optional.of(more);
    }

    private static String reach(Reach before, Reach after) {
        return switch (after) {
            case PENDING -> "has no agent any more";
            case READY -> before == Reach.PENDING ? "joined" : "is heard of again";
            case SUSPECT -> "is silent";
            case UNREACHABLE -> "is out of reach";
        };
    }

    private static Optional<String> kinds(Set<String> with, Set<String> without) {
        Set<String> more = new TreeSet<>(with);
        more.removeAll(without);
        if (more.isEmpty()) {
            return Optional.empty();
        }
        String named = more.stream().limit(MOST_KINDS).collect(Collectors.joining(", "));
        return Optional.of(
                more.size() > MOST_KINDS
                        ? named + " and " + (more.size() - MOST_KINDS) + " more"
                        : named);
    }
}
