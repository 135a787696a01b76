package io.portolan.placement.filter;

import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Comparator;
import java.util.Optional;

/**
 * As Kubernetes has it for nodes: NoSchedule keeps newcomers away, NoExecute moves what is there.
 */
final class TaintFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return q.spec().taints().stream()
                .filter(
                        taint ->
                                q.policy().tolerations().stream()
                                        .noneMatch(t -> t.tolerates(taint)))
                .max(Comparator.comparing(Taint::effect))
                .map(
                        taint ->
                                new Rejection(
                                        Reason.TAINTED,
                                        "tainted " + taint.key(),
                                        "its taint " + taint + " is not tolerated",
                                        taint.effect() == Effect.NO_EXECUTE));
    }
}
