package io.portolan.placement.fleet;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.Cell.Guest;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The applications in a cluster that give way to one that preempts. Immutable. */
public interface Guests {
    /** Those in turn: of the lowest priority first, of equal ones the largest uid. */
    Comparator<Guest> TURN =
            Comparator.comparingInt(Guest::priority)
                    .thenComparing(Guest::application, Comparator.reverseOrder());

    /** Nobody. */
    Guests NONE = of(List.of());

    boolean isEmpty();

    /** What those of a lower priority use. */
    Amount below(int priority);

    /** The lowest priority first, of equal ones the largest uid. */
    Iterable<Guest> inTurn();

    Optional<Guest> guest(Uid application);

    static Guests of(Collection<Guest> guests) {
        return new Few(guests.stream().sorted(TURN).toList());
    }

    /**
     * So few that each question may look at all.
     *
     * @param inTurn as {@link #TURN} has them
     */
    record Few(List<Guest> inTurn) implements Guests {
        @Override
        public boolean isEmpty() {
            return inTurn.isEmpty();
        }

        @Override
        public Amount below(int priority) {
            return inTurn.stream()
                    .filter(g -> g.priority() < priority)
                    .map(Guest::amount)
                    .reduce(Amount.NONE, Amount::plus);
        }

        @Override
        public Optional<Guest> guest(Uid application) {
            return inTurn.stream().filter(g -> g.application().equals(application)).findFirst();
        }
    }
}
