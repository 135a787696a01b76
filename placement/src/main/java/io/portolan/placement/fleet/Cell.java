package io.portolan.placement.fleet;

import io.portolan.model.Uid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The room in one cluster.
 *
 * @param nodes that take pods
 * @param allocatable what they can take; absent while its agent has not told
 * @param used by pods, and by what is assigned and not there yet
 * @param assigned what is used once every assignment is carried out, which counts nothing that is
 *     still ending
 * @param reserved for failovers that one loss would bring
 * @param reservedFor the first few applications that this is for
 * @param reservations of how many applications
 * @param giving those that give way to one that preempts, in order of the uid
 * @param taking the one of highest priority that preempts
 */
public record Cell(
        int nodes,
        Optional<Amount> allocatable,
        Amount used,
        Amount assigned,
        Amount reserved,
        List<String> reservedFor,
        int reservations,
        List<Guest> giving,
        Optional<Guest> taking) {
    /** Of a cluster of which nothing is known, and where nothing is. */
    public static final Cell UNKNOWN =
            new Cell(
                    0,
                    Optional.empty(),
                    Amount.NONE,
                    Amount.NONE,
                    Amount.NONE,
                    List.of(),
                    0,
                    List.of(),
                    Optional.empty());

    public Cell {
        reservedFor = List.copyOf(reservedFor);
        giving = List.copyOf(giving);
    }

    /** An application that is there and whose priority matters. */
    public record Guest(Uid application, String name, int priority, Amount amount) {}

    /** As if this were not used, nor assigned. */
    public Cell without(Amount amount) {
        return new Cell(
                nodes,
                allocatable,
                used.minus(amount),
                assigned.minus(amount),
                reserved,
                reservedFor,
                reservations,
                giving,
                taking);
    }

    /** What stays for newcomers; may be less than nothing. Absent while not known. */
    public Optional<Amount> free() {
        return allocatable.map(a -> a.minus(used).minus(reserved));
    }

    /**
     * The same, and what those give whom a newcomer may drive out.
     *
     * @param priority of the newcomer; absent for one that drives out nobody
     */
    public Optional<Amount> free(OptionalInt priority) {
        Optional<Amount> free = free();
        if (priority.isEmpty() || giving.isEmpty()) {
            return free;
        }
        return free.map(
                amount ->
                        giving.stream()
                                .filter(g -> g.priority < priority.getAsInt())
                                .map(Guest::amount)
                                .reduce(amount, Amount::plus));
    }

    /**
     * Who must go so that what is assigned fits: those that give way to the one that takes, the
     * lowest priority first, of equal ones the largest uid, as many as are needed.
     */
    public List<Guest> victims() {
        if (taking.isEmpty() || giving.isEmpty() || allocatable.isEmpty()) {
            return List.of();
        }
        return drivenOut(assigned.plus(reserved).minus(allocatable.get()), taking.get().priority);
    }

    /**
     * Those that one of this priority drives out so that it has what it lacks.
     *
     * @param missing in a dimension that lacks nothing, at most nothing
     */
    public List<Guest> drivenOut(Amount missing, int priority) {
        List<Guest> out = new ArrayList<>();
        Amount lacking = missing;
        List<Guest> order =
                giving.stream()
                        .filter(g -> g.priority < priority)
                        .sorted(
                                Comparator.comparingInt(Guest::priority)
                                        .thenComparing(
                                                Guest::application, Comparator.reverseOrder()))
                        .toList();
        for (Guest guest : order) {
            boolean helps =
                    (lacking.millis() > 0 && guest.amount.millis() > 0)
                            || (lacking.bytes() > 0 && guest.amount.bytes() > 0);
            if (helps) {
                out.add(guest);
                lacking = lacking.minus(guest.amount);
            }
        }
        return out;
    }
}
