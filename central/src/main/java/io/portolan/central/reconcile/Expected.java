package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Ledger;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.placement.Assignment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.TreePMap;

/**
 * Assignments that were decided and that the image does not hold yet, so that whoever is decided
 * meanwhile does not take what these have taken. One that may or may not have been committed counts
 * until its application is looked at again. Owned by {@link LoopCore}.
 */
final class Expected {
    private TreePMap<Uid, Assignment> assignments = TreePMap.empty();
    private FleetImage image = FleetImage.EMPTY;

    /** The image's room with these; absent where it must be made anew. */
    private Optional<Ledger> ledger = Optional.empty();

    private final Set<Uid> underWay = new HashSet<>();
    private final Set<Uid> doubtful = new HashSet<>();

    /** The revision by which the image holds them. */
    private final Map<Uid, Long> awaited = new HashMap<>();

    TreePMap<Uid, Assignment> assignments() {
        return assignments;
    }

    /** The room of an image with what is expected. */
    Ledger ledger(FleetImage now) {
        if (ledger.isEmpty() || image != now) {
            image = now;
            ledger = Optional.of(now.ledger(now.ledger(), assignments.values()));
        }
        return ledger.get();
    }

    void clear() {
        assignments = TreePMap.empty();
        ledger = Optional.empty();
        underWay.clear();
        doubtful.clear();
        awaited.clear();
    }

    /** What these writes assign; one commit is under way at a time. */
    void decided(List<Write> writes) {
        for (Write write : writes) {
            if (write instanceof Write.Put(Row.AssignmentRow(Assignment assignment))) {
                Uid application = assignment.application();
                Optional<Ledger> known = ledger;
                forget(application);
                assignments = assignments.plus(application, assignment);
                ledger = known.map(l -> image.ledger(l, List.of(assignment)));
                underWay.add(application);
            }
        }
    }

    void committed(long revision) {
        underWay.forEach(application -> awaited.put(application, revision));
        underWay.clear();
    }

    void refused() {
        Set.copyOf(underWay).forEach(this::forget);
    }

    /** The answer was lost: it may have been committed, or be so later. */
    void lost() {
        doubtful.addAll(underWay);
        underWay.clear();
    }

    /** What is decided of it now guards against what was in doubt. */
    void looked(Uid application) {
        if (doubtful.contains(application)) {
            forget(application);
        }
    }

    void reached(long revision) {
        List<Uid> there =
                awaited.entrySet().stream()
                        .filter(e -> e.getValue() <= revision)
                        .map(Map.Entry::getKey)
                        .toList();
        there.forEach(this::forget);
    }

    private void forget(Uid application) {
        assignments = assignments.minus(application);
        ledger = Optional.empty();
        underWay.remove(application);
        doubtful.remove(application);
        awaited.remove(application);
    }
}
