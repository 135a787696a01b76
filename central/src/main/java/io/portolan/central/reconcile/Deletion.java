package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Row;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Work;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.wire.AgentMessages;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Takes an application out of its clusters: tombstones, then the agents' word that nothing is left,
 * then its rows, then itself. A cluster that is not heard holds it open, for nobody knows what runs
 * there.
 */
final class Deletion {
    static final String DELETING = "Deleting";

    private final View view;
    private final FleetImage image;
    private final Held<Resource<ApplicationSpec>> held;
    private final Resource<ApplicationSpec> application;
    private final Outcome.Draft out = new Outcome.Draft();

    Deletion(View view, Held<Resource<ApplicationSpec>> held) {
        this.view = view;
        this.image = view.image();
        this.held = held;
        this.application = held.value();
    }

    Outcome outcome() {
        Uid uid = application.uid();
        Optional<Held<Assignment>> assignment = image.assignment(uid);
        if (image.operationOn(uid).isPresent()) {
            SequencedMap<Uid, Work> works = new TreeMap<>();
            image.works(uid).forEach((cluster, work) -> works.put(cluster, work.value()));
            return told(
                    assignment.map(Held::value).orElse(nowhere(0)),
                    works,
                    "OperationLive",
                    image.operationOn(uid).get().value().name()
                            + " is live on it: abort it, or let it end");
        }
        // Agents may know of a later epoch than a database that was restored.
        long known = assignment.map(h -> h.value().epoch()).orElse(0L);
        Assignment empty = nowhere(known > 0 ? Math.max(known, image.firstEpoch()) : known);
        SequencedMap<Uid, Work> left =
                Works.follow(image, application, empty, false, DrPolicySpec.STATELESS, out);
        if (left.isEmpty()) {
            return gone(assignment);
        }
        if (assignment.filter(a -> !a.value().members().isEmpty()).isPresent()) {
            out.put(new Row.AssignmentRow(empty), assignment);
        }
        return told(
                empty,
                left,
                "WaitsForClusters",
                "waits for " + waitingFor(left) + Ends.words(application.metadata()));
    }

    private Outcome gone(Optional<Held<Assignment>> assignment) {
        assignment.ifPresent(out::delete);
        image.applicationStatus(application.uid()).ifPresent(out::delete);
        Metadata metadata = application.metadata();
        List<String> others =
                metadata.finalizers().stream()
                        .filter(f -> !f.equals(ApplicationReconciler.FINALIZER))
                        .toList();
        if (others.isEmpty()) {
            out.delete(held);
        } else if (others.size() < metadata.finalizers().size()) {
            out.put(
                    new Row.ResourceRow(application.with(metadata.withFinalizers(others))),
                    Optional.of(held));
        }
        return out.finish();
    }

    private Outcome told(
            Assignment assignment, SequencedMap<Uid, Work> works, String reason, String message) {
        StatusReconciler.follow(
                view,
                held,
                assignment,
                works,
                List.of(new Condition(DELETING, Truth.TRUE, reason, message, view.now())),
                StatusReconciler.automatic(view.image(), held.value().uid()),
                out);
        if (!out.empty()) {
            out.require(held);
        }
        return out.finish();
    }

    private String waitingFor(SequencedMap<Uid, Work> works) {
        return works.values().stream()
                .map(w -> image.clusterName(w.cluster()) + remark(w))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private String remark(Work work) {
        boolean keeps = Ends.of(application.metadata()) == Ending.KEEP;
        return switch (image.reach(work.cluster())) {
            case PENDING -> " (no agent has joined)";
            case UNREACHABLE ->
                    keeps
                            ? " (unreachable: it is given up when the cluster returns)"
                            : " (unreachable: it is removed when the cluster returns)";
            case READY, SUSPECT -> keeps ? hindrance(work) : "";
        };
    }

    /** Why what is to be kept cannot be given up yet. */
    private String hindrance(Work work) {
        if (Works.mustStop(image, work)) {
            return " (quarantined: it must show first that it has stopped)";
        }
        return image.observation(work.cluster())
                .map(Held::value)
                .filter(o -> !o.abilities().contains(AgentMessages.GIVES_UP))
                .map(
                        o ->
                                " (its agent "
                                        + o.agentVersion()
                                        + " cannot give objects up, so it goes on running it:"
                                        + " update the agent)")
                .orElse("");
    }

    private Assignment nowhere(long epoch) {
        Assignment none = ApplicationReconciler.unassigned(application.uid());
        return new Assignment(none.application(), epoch, none.members(), none.decision());
    }
}
