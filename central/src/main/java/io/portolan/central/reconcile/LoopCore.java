package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store.Silence;
import io.portolan.central.store.Term;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The leader's decisions as a state machine: an event and the time in, effects out. It reads no
 * clock, draws no random number, starts no thread and makes no store call, so that equal events
 * give equal effects.
 *
 * <p>At most one commit is under way. Keys that become dirty meanwhile are decided together
 * afterwards, so that the batch grows with the load. Goals: a lone change is committed at once; a
 * flood in few transactions. A commit of several keys that fails is decided again in halves, so
 * that one stale decision does not hold up the others, and is found in few commits.
 *
 * <p>Not thread-safe: owned by whoever steps it.
 */
public final class LoopCore {
    /** A batch takes no more keys from this number of writes on. */
    static final int BATCH = 1_000;

    /** Looks of one step that came to nothing: news that wait outside are to be let in. */
    static final int IDLE_LOOKS = 64;

    private record InFlight(long id, List<Key> keys) {}

    private final Reconciler<Key.OfApplication> applications;
    private final ClusterReconciler clusters;
    private final Reconciler<Key.OfOperation> operations;
    private final Agenda agenda = new Agenda();
    private final Expected expected = new Expected();
    private final Acts acts = new Acts();

    private Optional<Term> term = Optional.empty();
    private FleetImage image = FleetImage.EMPTY;
    private Map<Uid, Silence> silences = Map.of();
    private Instant heard = Instant.EPOCH;
    private Optional<String> trouble = Optional.empty();
    private Instant led = Instant.EPOCH;
    private Revocations revocations = Revocations.NONE;
    private Optional<InFlight> inFlight = Optional.empty();
    private Optional<Instant> armed = Optional.empty();
    private long lastId;
    private long lastTimer;
    private long reconciled;
    private long undecided;

    public LoopCore(
            Reconciler<Key.OfApplication> applications,
            ClusterReconciler clusters,
            Reconciler<Key.OfOperation> operations) {
        this.applications = applications;
        this.clusters = clusters;
        this.operations = operations;
    }

    public FleetImage image() {
        return image;
    }

    /** Keys that wait to be looked at. */
    public int depth() {
        return agenda.size();
    }

    /** How many times a key was looked at. */
    public long reconciled() {
        return reconciled;
    }

    /** How many decisions left open whether a spread could hold, see {@link Reason#UNDECIDED}. */
    public long undecided() {
        return undecided;
    }

    public boolean leading() {
        return term.isPresent();
    }

    /**
     * @param now on a clock that goes on steadily while this leads: waits for proof are counted by
     *     it
     */
    public List<Effect> step(Event event, Instant now) {
        List<Effect> effects = new ArrayList<>();
        switch (event) {
            case Event.Led begun -> lead(begun, now);
            case Event.Deposed _ -> rest();
            case Event.Changed(long after, List<Change> changes) -> replay(after, changes, now);
            case Event.Heard(var told, var ill) -> {
                trouble = ill;
                hear(told, now);
            }
            case Event.Committed(long id, CommitResult result) -> {
                if (inFlight.filter(f -> f.id() == id).isPresent()) {
                    List<Key> keys = inFlight.get().keys();
                    inFlight = Optional.empty();
                    finish(keys, result, now, effects);
                }
            }
            case Event.Acted(long id, HookAnswer answer) ->
                    acts.answered(id, answer).forEach(agenda::add);
            case Event.TimerFired(long id) -> {
                if (id == lastTimer) {
                    armed = Optional.empty();
                }
            }
        }
        decide(now, effects);
        arm(now, effects);
        return effects;
    }

    private void lead(Event.Led begun, Instant now) {
        rest();
        term = Optional.of(begun.term());
        led = now;
        image = FleetImage.of(begun.snapshot());
        revocations = Revocations.of(image, now);
        silences = Map.copyOf(begun.silences());
        heard = now;
        trouble = Optional.empty();
        image.operations().forEach(o -> agenda.add(new Key.OfOperation(o)));
        image.withJobs().forEach(o -> agenda.add(new Key.OfOperation(o)));
        image.clusters().forEach(c -> agenda.eventually(new Key.OfCluster(c)));
        image.applications().forEach(a -> agenda.eventually(new Key.OfApplication(a)));
    }

    private void rest() {
        term = Optional.empty();
        image = FleetImage.EMPTY;
        revocations = Revocations.NONE;
        inFlight = Optional.empty();
        armed = Optional.empty();
        agenda.clear();
        expected.clear();
        acts.clear();
    }

    private void replay(long after, List<Change> changes, Instant now) {
        if (term.isEmpty() || after > image.revision()) {
            return;
        }
        for (Change change : changes) {
            FleetImage next = image.replay(change);
            if (next != image) {
                Map<Key, String> affected = Affected.causes(change, image, next);
                image = next;
                revocations = revocations.after(change, image, now);
                change.entries().forEach(this::replayed);
                boolean report = change.entries().stream().allMatch(LoopCore::report);
                affected.forEach(
                        (key, cause) -> {
                            agenda.happened(key, cause);
                            if (report) {
                                agenda.reported(key, now);
                            } else {
                                agenda.news(key);
                            }
                        });
            }
        }
        reached();
    }

    private void reached() {
        agenda.reached(image.revision());
        expected.reached(image.revision());
    }

    private void replayed(Change.Entry entry) {
        if (entry.key() instanceof Row.Key.OfAssignment(Uid application)) {
            expected.replayed(application);
        }
    }

    private static boolean report(Change.Entry entry) {
        return entry.key() instanceof Row.Key.OfWorkStatus;
    }

    private void hear(Map<Uid, Silence> told, Instant now) {
        silences = Map.copyOf(told);
        heard = now;
        View view = view(now);
        for (Uid cluster : image.clusters()) {
            if (clusters.stale(view, cluster)) {
                agenda.add(new Key.OfCluster(cluster));
            }
        }
    }

    private void finish(List<Key> keys, CommitResult result, Instant now, List<Effect> effects) {
        switch (result) {
            case CommitResult.Committed(long revision) -> {
                keys.forEach(key -> agenda.wrote(key, revision));
                expected.committed(revision);
                reached();
            }
            case CommitResult.Conflict _ -> {
                expected.refused();
                agenda.halve(keys);
                if (keys.size() == 1) {
                    agenda.failed(keys.getFirst(), now);
                }
            }
            // Nobody knows whether it happened. What it was decided from has changed if it did, so
            // deciding again, after a while and from a newer image, cannot do it twice.
            // In halves, so that a write that can never succeed holds up no other for long.
            case CommitResult.Unknown _, CommitResult.Unavailable _ -> {
                expected.lost(image);
                agenda.halve(keys);
                keys.forEach(key -> agenda.failed(key, now));
            }
            case CommitResult.Fenced _ -> rest();
            case CommitResult.Replayed _ -> misplaced(keys, result, effects);
            case CommitResult.KeyReused _ -> misplaced(keys, result, effects);
            case CommitResult.OutOfOrder _ -> misplaced(keys, result, effects);
        }
    }

    private static void misplaced(List<Key> keys, CommitResult result, List<Effect> effects) {
        effects.add(
                new Effect.Complain(
                        keys.getFirst(),
                        new IllegalStateException("no answer for a leader: " + result)));
    }

    private void decide(Instant now, List<Effect> effects) {
        if (term.isEmpty() || inFlight.isPresent()) {
            return;
        }
        agenda.wake(now);
        Set<Precondition> preconditions = new LinkedHashSet<>();
        List<Write> writes = new ArrayList<>();
        List<Key> keys = new ArrayList<>();
        look(Waiting.inTurn(image, agenda.ready(now)), now, effects, keys, preconditions, writes);
        if (!keys.isEmpty()) {
            long id = ++lastId;
            inFlight = Optional.of(new InFlight(id, keys));
            effects.add(
                    new Effect.Commit(
                            id,
                            new Authority.Leader(term.get()),
                            List.copyOf(preconditions),
                            List.copyOf(writes)));
        }
    }

    private View view(Instant now) {
        return new View(
                image,
                silences,
                heard,
                led,
                now,
                expected.commitments(),
                expected.ledger(image),
                acts.answers(),
                revocations,
                trouble,
                Optional.empty());
    }

    private static boolean leavesOpen(Write write) {
        return write instanceof Write.Put(Row.AssignmentRow(Assignment assignment))
                && assignment.decision().counts().containsKey(Reason.UNDECIDED);
    }

    private void look(
            List<Key> ready,
            Instant now,
            List<Effect> effects,
            List<Key> keys,
            Set<Precondition> preconditions,
            List<Write> writes) {
        int idle = 0;
        int most = Integer.MAX_VALUE;
        for (Key key : ready) {
            if (keys.size() >= agenda.company(key)) {
                continue;
            }
            Outcome outcome = look(key, now, effects);
            if (!outcome.writes().isEmpty()) {
                keys.add(key);
                most = Math.min(most, agenda.company(key));
                undecided += outcome.writes().stream().filter(LoopCore::leavesOpen).count();
                preconditions.addAll(outcome.preconditions());
                writes.addAll(outcome.writes());
                if (keys.size() >= most || writes.size() >= BATCH) {
                    return;
                }
            } else if (++idle == IDLE_LOOKS) {
                return;
            }
        }
    }

    private Outcome look(Key key, Instant now, List<Effect> effects) {
        reconciled++;
        try {
            decidedOf(key).ifPresent(expected::looking);
            View view = view(now).because(agenda.cause(key));
            Outcome outcome =
                    switch (key) {
                        case Key.OfApplication k -> applications.reconcile(view, k);
                        case Key.OfCluster k -> clusters.reconcile(view, k);
                        case Key.OfOperation k -> operations.reconcile(view, k);
                    };
            agenda.done(key, outcome.requeueAt());
            expected.looked(outcome.writes());
            if (outcome.writes().isEmpty()) {
                agenda.settled(key);
                if (key instanceof Key.OfOperation operation) {
                    acts.settled(operation.operation());
                    act(operation, outcome.calls(), effects);
                }
            }
            return outcome;
        } catch (RuntimeException e) {
            // A bug in one decision must not stop the others.
            agenda.done(key, Optional.empty());
            expected.looked(List.of());
            agenda.failed(key, now);
            effects.add(new Effect.Complain(key, e));
            return Outcome.NOTHING;
        }
    }

    /** The application whose assignment a look may change. */
    private Optional<Uid> decidedOf(Key key) {
        return switch (key) {
            case Key.OfApplication(Uid application) -> Optional.of(application);
            case Key.OfOperation(Uid operation) ->
                    image.operation(operation).map(o -> o.value().application());
            case Key.OfCluster _ -> Optional.empty();
        };
    }

    /** What is under way is not begun twice, and what finds no place waits for one. */
    private void act(Key.OfOperation key, List<HookCall> calls, List<Effect> effects) {
        for (HookCall call : calls) {
            if (acts.begins(key, call, lastId + 1)) {
                effects.add(new Effect.Act(++lastId, call));
            }
        }
    }

    /** At once where there is more to look at: what came meanwhile is taken in before. */
    private void arm(Instant now, List<Effect> effects) {
        if (term.isEmpty() || inFlight.isPresent()) {
            return;
        }
        Optional<Instant> next = agenda.busy(now) ? Optional.of(now) : agenda.next();
        if (next.isPresent() && !next.equals(armed)) {
            armed = next;
            lastTimer = ++lastId;
            effects.add(new Effect.Timer(lastTimer, next.get()));
        }
    }
}
