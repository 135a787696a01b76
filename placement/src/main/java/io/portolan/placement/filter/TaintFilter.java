package io.portolan.placement.filter;

import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec.Toleration;
import io.portolan.placement.fleet.Facet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * As Kubernetes has it for nodes: NoSchedule keeps newcomers away, NoExecute moves what is there,
 * at once or when the shortest toleration of it is over. Unlike there, what is tolerated for a time
 * takes nothing new: it would have to leave again.
 */
final class TaintFilter implements Filter<Facet.Taints.Of> {
    private static final Comparator<Rejection> WORST =
            Comparator.comparing(Rejection::evicts)
                    .thenComparing(
                            r -> r.evictsAt().orElse(Instant.MAX), Comparator.reverseOrder());

    private final List<Toleration> tolerations;
    private final Instant now;

    TaintFilter(List<Toleration> tolerations, Instant now) {
        this.tolerations = tolerations;
        this.now = now;
    }

    @Override
    public String rule() {
        return "taints";
    }

    @Override
    public Facet<Facet.Taints.Of> facet() {
        return new Facet.Taints();
    }

    @Override
    public Optional<Rejection> rejection(Facet.Taints.Of shown) {
        return shown.taints().stream().flatMap(t -> rejection(t, shown).stream()).max(WORST);
    }

    private Optional<Rejection> rejection(Taint taint, Facet.Taints.Of shown) {
        List<Toleration> tolerant = tolerations.stream().filter(t -> t.tolerates(taint)).toList();
        if (tolerant.isEmpty()) {
            return Optional.of(
                    rejection(
                            taint,
                            " is not tolerated",
                            taint.effect() == Effect.NO_EXECUTE,
                            Optional.empty()));
        }
        return tolerant.stream()
                .flatMap(t -> t.tolerationSeconds().stream())
                .min(Comparator.naturalOrder())
                .map(seconds -> since(taint, shown).plusSeconds(seconds))
                .map(
                        until ->
                                now.isBefore(until)
                                        ? rejection(
                                                taint,
                                                " is tolerated until " + until + " only",
                                                false,
                                                Optional.of(until))
                                        : rejection(
                                                taint,
                                                " was tolerated until " + until,
                                                true,
                                                Optional.empty()));
    }

    /** A taint that nobody has seen yet begins now. */
    private Instant since(Taint taint, Facet.Taints.Of shown) {
        return shown.since().stream()
                .filter(t -> t.isOf(taint))
                .map(Tainted::since)
                .findFirst()
                .orElse(now);
    }

    private static Rejection rejection(
            Taint taint, String what, boolean evicts, Optional<Instant> evictsAt) {
        return new Rejection(
                Reason.TAINTED,
                "tainted " + taint.key(),
                () -> "its taint " + taint + what,
                evicts,
                evictsAt);
    }
}
