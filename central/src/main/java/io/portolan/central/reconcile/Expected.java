package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.image.Ledger;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Assignments that were decided and that the image does not hold yet, so that whoever is decided
 * meanwhile does not take what these have taken. One that may or may not have been committed counts
 * until a later commit is in the image, or its application has another. Owned by {@link LoopCore}.
 */
final class Expected {
    private TreePMap<Uid, Assignment> assignments = TreePMap.empty();
    private FleetImage image = FleetImage.EMPTY;

    /** The image's room with these; absent where it must be made anew. */
    private Optional<Ledger> ledger = Optional.empty();

    private final Set<Uid> underWay = new HashSet<>();
    private final Set<Uid> doubtful = new HashSet<>();

    /** What was in doubt of those that are decided again. */
    private final Map<Uid, Assignment> aside = new HashMap<>();

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
        aside.clear();
        awaited.clear();
    }

    /** What is in doubt of an application does not stand in its own way. */
    void looking(Uid application) {
        @Nullable Assignment known = assignments.get(application);
        if (known != null && doubtful.contains(application)) {
            aside.put(application, known);
            forget(application);
        }
    }

    /** What came of a look; one commit is under way at a time. */
    void looked(List<Write> writes) {
        for (Write write : writes) {
            if (write instanceof Write.Put(Row.AssignmentRow(Assignment assignment))) {
                Uid application = assignment.application();
                put(application, assignment);
                underWay.add(application);
            }
        }
        List.copyOf(aside.keySet()).stream()
                .filter(application -> !underWay.contains(application))
                .forEach(this::doubtAgain);
    }

    /** The log has an order: what was lost before this commit is not after it. */
    void committed(long revision) {
        underWay.forEach(application -> awaited.put(application, revision));
        doubtful.forEach(application -> awaited.putIfAbsent(application, revision));
        underWay.forEach(aside::remove);
        underWay.clear();
    }

    /** What was in doubt before is so still: it may be why. */
    void refused() {
        for (Uid application : Set.copyOf(underWay)) {
            forget(application);
            doubtAgain(application);
        }
    }

    /** The answer was lost: it may have been committed, or what was there before still stands. */
    void lost(FleetImage seen) {
        for (Uid application : Set.copyOf(underWay)) {
            @Nullable Assignment before = aside.remove(application);
            @Nullable Assignment now = assignments.get(application);
            if (before != null && now != null) {
                put(application, either(before, now));
            }
            Optional<Assignment> stands = seen.assignment(application).map(Held::value);
            @Nullable Assignment sofar = assignments.get(application);
            if (stands.isPresent() && sofar != null) {
                put(application, either(stands.get(), sofar));
            }
            underWay.remove(application);
            doubtful.add(application);
        }
    }

    /** Both are in doubt: what either takes counts. */
    private static Assignment either(Assignment one, Assignment other) {
        SequencedMap<Uid, Member> members = new TreeMap<>();
        one.members().forEach(m -> members.put(m.cluster(), m));
        for (Member m : other.members()) {
            members.merge(m.cluster(), m, (a, b) -> a.role() == Role.ACTIVE ? a.with(Map.of()) : b);
        }
        return new Assignment(
                other.application(),
                other.epoch(),
                List.copyOf(members.values()),
                other.decision());
    }

    /** The image has another row of it now, so what was in doubt is this one, or will never be. */
    void replayed(Uid application) {
        if (doubtful.contains(application)) {
            forget(application);
        }
    }

    private void doubtAgain(Uid application) {
        @Nullable Assignment assignment = aside.remove(application);
        if (assignment != null) {
            put(application, assignment);
            doubtful.add(application);
        }
    }

    private void put(Uid application, Assignment assignment) {
        Optional<Ledger> known = ledger;
        forget(application);
        assignments = assignments.plus(application, assignment);
        ledger = known.map(l -> image.ledger(l, List.of(assignment)));
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
