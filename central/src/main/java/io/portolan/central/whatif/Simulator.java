package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.reconcile.Prospect;
import io.portolan.central.reconcile.View;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.model.Uid;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Lets the loop's own decisions run over a fleet that is only supposed.
 *
 * <p>Method: the supposition becomes a change, as the store would tell it, and is replayed onto the
 * image. The applications that the loop would look at after such a change are decided one after the
 * other, by priority and then in the order of their uids, each over the image that holds the
 * decisions before it, and whoever such a decision concerns is decided again. Nothing is kept and
 * the image that came in is not changed.
 */
public final class Simulator {
    /**
     * An application is decided at most so often: two that want to be apart could go on for ever.
     */
    private static final int MOST_LOOKS = 3;

    /** Who has the higher priority is decided first. */
    private record Turn(int priority, Uid application) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            return Comparator.comparing(Turn::priority, Comparator.reverseOrder())
                    .thenComparing(Turn::application)
                    .compare(this, other);
        }
    }

    private final FleetImage before;
    private final Supposed supposed;
    private final Set<Uid> lost;
    private final Instant now;
    private final BooleanSupplier late;
    private final SortedSet<Turn> waiting = new TreeSet<>();
    private final Map<Uid, Integer> looks = new HashMap<>();
    private final Map<Uid, Prospect> prospects = new TreeMap<>();
    private FleetImage image;

    /** It took longer than whoever asked can wait. */
    public static final class Late extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Late(int waiting) {
            super(
                    (waiting == 1 ? "1 application was" : waiting + " applications were")
                            + " still to be looked at",
                    null,
                    false,
                    false);
        }
    }

    private Simulator(
            FleetImage before, Supposition supposition, Instant now, BooleanSupplier late) {
        this.before = before;
        this.late = late;
        this.supposed = Supposed.of(before, supposition, now);
        this.lost = supposition.lost();
        this.now = now;
        Change change = supposed.change();
        this.image = before.replay(change);
        supposed.affected(change, image).forEach(this::await);
    }

    /** However long it takes. */
    public static Simulation run(
            FleetImage image, Supposition supposition, Instant now, Predicate<String> tenants) {
        return run(image, supposition, now, tenants, () -> false);
    }

    /**
     * @param now on which tolerations in time depend
     * @param tenants whose applications are told of; all are decided
     * @param late asked before each application whether it takes too long
     * @throws Late if so
     */
    public static Simulation run(
            FleetImage image,
            Supposition supposition,
            Instant now,
            Predicate<String> tenants,
            BooleanSupplier late) {
        Simulator simulator = new Simulator(image, supposition, now, late);
        List<Consequence> changes =
                simulator.changes().stream().filter(c -> tenants.test(c.tenant())).toList();
        return new Simulation(
                image.revision(),
                Cost.applications(simulator.image, tenants).size(),
                changes,
                Cost.of(image, tenants, Map.of()),
                Cost.of(simulator.image, tenants, places(changes)));
    }

    /**
     * Of what is in some clusters when they are lost, and of what that concerns. The cost, which
     * looks at every application, and those that wait for clusters anyway are left out.
     */
    static List<Consequence> losing(FleetImage image, Set<Uid> clusters, Instant now) {
        Simulator simulator = new Simulator(image, Supposition.losing(clusters), now, () -> false);
        Set<Uid> there = new TreeSet<>();
        clusters.forEach(c -> there.addAll(image.appliedTo(c)));
        simulator.waiting.removeIf(turn -> !there.contains(turn.application));
        return simulator.changes();
    }

    private static Map<Uid, List<Consequence.Place>> places(List<Consequence> changes) {
        Map<Uid, List<Consequence.Place>> out = new HashMap<>();
        changes.forEach(c -> out.put(c.application(), c.to()));
        return out;
    }

    private void await(Uid application) {
        waiting.add(new Turn(image.ledger().priority(application), application));
    }

    private List<Consequence> changes() {
        while (!waiting.isEmpty()) {
            if (late.getAsBoolean()) {
                throw new Late(waiting.size());
            }
            Uid application = waiting.removeFirst().application;
            if (looks.merge(application, 1, Integer::sum) <= MOST_LOOKS) {
                Prospect.of(new View(image, Map.of(), now), application)
                        .ifPresent(prospect -> decided(application, prospect));
            }
        }
        Judge judge = new Judge(before, image, supposed, lost, now);
        return prospects.entrySet().stream()
                .flatMap(e -> judge.of(e.getKey(), e.getValue()).stream())
                .toList();
    }

    private void decided(Uid application, Prospect prospect) {
        prospects.put(application, prospect);
        if (prospect instanceof Prospect.Placed(_, Assignment former, _, _, Assignment next)
                && !next.equals(former)) {
            Row.AssignmentRow row = new Row.AssignmentRow(next);
            Change change =
                    new Change(
                            image.revision() + 1,
                            List.of(new Change.Entry(row.key(), Optional.of(row), true)));
            FleetImage then = image.replay(change);
            for (Uid other : Prospect.affected(change, image, then)) {
                if (!other.equals(application)) {
                    await(other);
                }
            }
            image = then;
        }
    }
}
