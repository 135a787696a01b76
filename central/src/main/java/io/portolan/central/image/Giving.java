package io.portolan.central.image;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell.Guest;
import io.portolan.placement.fleet.Guests;
import io.portolan.placement.fleet.Use;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Those in a cluster that give way to one that preempts, kept in turn and summed by priority, so
 * that one more costs as little among ten thousand as among ten. Immutable.
 *
 * @param inOrder the lowest priority first, of equal ones the largest uid
 * @param sums by priority; none that is nothing
 */
record Giving(
        TreePMap<Uid, Party> parties, TreePMap<Turn, Party> inOrder, TreePMap<Integer, Use> sums) {
    static final Giving NOBODY = new Giving(TreePMap.empty(), TreePMap.empty(), TreePMap.empty());

    record Party(String name, int priority, Use use) {}

    record Turn(int priority, Uid application) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            int order = Integer.compare(priority, other.priority);
            return order != 0 ? order : other.application.compareTo(application);
        }
    }

    /** With one that is not there yet. */
    Giving with(Uid application, Party party) {
        return new Giving(
                parties.plus(application, party),
                inOrder.plus(new Turn(party.priority, application), party),
                summed(party.priority, sum(party.priority).plus(party.use)));
    }

    Giving without(Uid application) {
        @Nullable Party party = parties.get(application);
        return party == null
                ? this
                : new Giving(
                        parties.minus(application),
                        inOrder.minus(new Turn(party.priority, application)),
                        summed(party.priority, sum(party.priority).minus(party.use)));
    }

    private Use sum(int priority) {
        return sums.getOrDefault(priority, Use.NONE);
    }

    private TreePMap<Integer, Use> summed(int priority, Use sum) {
        return sum.isNone() ? sums.minus(priority) : sums.plus(priority, sum);
    }

    /** As placement sees them in a cluster of so many nodes. */
    Guests on(int nodes) {
        return parties.isEmpty() ? Guests.NONE : new There(this, nodes);
    }

    private record There(Giving giving, int nodes) implements Guests {
        @Override
        public boolean isEmpty() {
            return giving.parties.isEmpty();
        }

        @Override
        public Amount below(int priority) {
            Amount out = Amount.NONE;
            for (Map.Entry<Integer, Use> sum : giving.sums.entrySet()) {
                if (sum.getKey() >= priority) {
                    break;
                }
                out = out.plus(sum.getValue().on(nodes));
            }
            return out;
        }

        @Override
        public Iterable<Guest> inTurn() {
            return () ->
                    giving.inOrder.entrySet().stream()
                            .map(e -> guest(e.getKey().application, e.getValue()))
                            .iterator();
        }

        @Override
        public Optional<Guest> guest(Uid application) {
            return Optional.ofNullable(giving.parties.get(application))
                    .map(party -> guest(application, party));
        }

        private Guest guest(Uid application, Party party) {
            return new Guest(application, party.name, party.priority, party.use.on(nodes));
        }
    }
}
