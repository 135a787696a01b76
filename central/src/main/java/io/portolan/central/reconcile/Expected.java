package io.portolan.central.reconcile;

import io.portolan.central.image.Commitment;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.image.Ledger;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Assignments, and operations with the room that they keep, that were decided and that the image
 * does not hold yet, so that whoever is decided meanwhile does not take what these have taken. One
 * that may or may not have been committed counts until a later commit is in the image, or its
 * application has another. Owned by {@link LoopCore}.
 */
final class Expected {
    private TreePMap<Uid, Commitment> commitments = TreePMap.empty();
    private FleetImage image = FleetImage.EMPTY;

    /** The image's room with these; absent where it must be made anew. */
    private Optional<Ledger> ledger = Optional.empty();

    private final Set<Uid> underWay = new HashSet<>();
    private final Set<Uid> doubtful = new HashSet<>();

    /** What was in doubt of those that are decided again. */
    private final Map<Uid, Commitment> aside = new HashMap<>();

    /** The revision by which the image holds them. */
    private final Map<Uid, Long> awaited = new HashMap<>();

    TreePMap<Uid, Commitment> commitments() {
        return commitments;
    }

    /** The room of an image with what is expected. */
    Ledger ledger(FleetImage now) {
        if (ledger.isEmpty() || image != now) {
            image = now;
            ledger = Optional.of(now.ledger(now.ledger(), commitments.values()));
        }
        return ledger.get();
    }

    void clear() {
        commitments = TreePMap.empty();
        ledger = Optional.empty();
        underWay.clear();
        doubtful.clear();
        aside.clear();
        awaited.clear();
    }

    /** What is in doubt of an application does not stand in its own way. */
    void looking(Uid application) {
        @Nullable Commitment known = commitments.get(application);
        if (known != null && doubtful.contains(application)) {
            aside.put(application, known);
            forget(application);
        }
    }

    /** What came of a look; one commit is under way at a time. */
    void looked(List<Write> writes) {
        Map<Uid, Failover> operations = new TreeMap<>();
        Set<Uid> assigned = new TreeSet<>();
        for (Write write : writes) {
            if (write instanceof Write.Put(Row.OperationRow(Failover operation))) {
                operations.put(operation.application(), operation);
            }
        }
        for (Write write : writes) {
            if (write instanceof Write.Put(Row.AssignmentRow(Assignment assignment))) {
                Uid application = assignment.application();
                Optional<Failover> live =
                        Optional.ofNullable(operations.get(application))
                                .or(() -> image.operationOn(application).map(Held::value));
                assigned.add(application);
                decided(Commitment.of(assignment, live));
            }
        }
        operations.forEach(
                (application, operation) ->
                        standing(application)
                                .filter(_ -> !assigned.contains(application))
                                .map(a -> Commitment.of(a, Optional.of(operation)))
                                .filter(c -> !c.kept().isEmpty())
                                .ifPresent(this::decided));
        List.copyOf(aside.keySet()).stream()
                .filter(application -> !underWay.contains(application))
                .forEach(this::doubtAgain);
    }

    private void decided(Commitment commitment) {
        Uid application = commitment.assignment().application();
        put(application, commitment);
        underWay.add(application);
    }

    /** Where an operation changes and its application's assignment does not. */
    private Optional<Assignment> standing(Uid application) {
        return Optional.ofNullable(commitments.get(application))
                .map(Commitment::assignment)
                .or(() -> image.assignment(application).map(Held::value));
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
            @Nullable Commitment before = aside.remove(application);
            @Nullable Commitment now = commitments.get(application);
            if (before != null && now != null) {
                put(application, before.or(now));
            }
            Optional<Commitment> stands = seen.commitment(application);
            @Nullable Commitment sofar = commitments.get(application);
            if (stands.isPresent() && sofar != null) {
                put(application, stands.get().or(sofar));
            }
            underWay.remove(application);
            doubtful.add(application);
        }
    }

    /** The image has another row of it now, so what was in doubt is this one, or will never be. */
    void replayed(Uid application) {
        if (doubtful.contains(application)) {
            forget(application);
        }
    }

    private void doubtAgain(Uid application) {
        @Nullable Commitment commitment = aside.remove(application);
        if (commitment != null) {
            put(application, commitment);
            doubtful.add(application);
        }
    }

    private void put(Uid application, Commitment commitment) {
        Optional<Ledger> known = ledger;
        forget(application);
        commitments = commitments.plus(application, commitment);
        ledger = known.map(l -> image.ledger(l, List.of(commitment)));
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
        commitments = commitments.minus(application);
        ledger = Optional.empty();
        underWay.remove(application);
        doubtful.remove(application);
        awaited.remove(application);
    }
}
