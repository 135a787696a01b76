package io.portolan.placement.fleet;

import io.portolan.model.Uid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

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
 * @param giving those that give way to one that preempts
 * @param driving those that preempt and found their room by driving out others that may be there
 *     yet
 */
public record Cell(
        int nodes,
        Optional<Amount> allocatable,
        Amount used,
        Amount assigned,
        Amount reserved,
        List<String> reservedFor,
        int reservations,
        Guests giving,
        List<Driver> driving) {
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
                    Guests.NONE,
                    List.of());

    public Cell {
        reservedFor = List.copyOf(reservedFor);
        driving = List.copyOf(driving);
    }

    /** An application that is there and whose priority matters. */
    public record Guest(Uid application, String name, int priority, Amount amount) {}

    /**
     * An application that is there in the room of others.
     *
     * @param victims whom it drove out of this cluster when it was placed
     */
    public record Driver(Uid application, String name, int priority, Set<Uid> victims) {
        public Driver {
            victims = Set.copyOf(victims);
        }
    }

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
                driving);
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
        return free.map(amount -> amount.plus(giving.below(priority.getAsInt())));
    }

    /**
     * To whom an application that is here must give way: to one of higher priority that was placed
     * in its room. That the cluster is full for another reason drives out nobody.
     */
    public Optional<Driver> driver(Uid application) {
        if (driving.isEmpty()) {
            return Optional.empty();
        }
        return giving.guest(application)
                .flatMap(
                        guest ->
                                driving.stream()
                                        .filter(d -> d.priority > guest.priority)
                                        .filter(d -> d.victims.contains(application))
                                        .max(
                                                Comparator.comparingInt(Driver::priority)
                                                        .thenComparing(Driver::application)));
    }

    /** Who must go, in order of the uid. */
    public SortedSet<Uid> victims() {
        SortedSet<Uid> out = new TreeSet<>();
        for (Driver driver : driving) {
            driver.victims.stream().filter(v -> driver(v).isPresent()).forEach(out::add);
        }
        return out;
    }

    /**
     * Those that one of this priority drives out so that it has what it lacks: first who must go in
     * any case, then the lowest priority, of equal ones the largest uid, as many as are needed.
     *
     * @param missing in a dimension that lacks nothing, at most nothing
     */
    public List<Guest> drivenOut(Amount missing, int priority) {
        List<Guest> out = new ArrayList<>();
        Set<Uid> going = victims();
        Amount lacking = missing;
        for (boolean goes : new boolean[] {true, false}) {
            for (Guest guest : goes ? guests(going) : giving.inTurn()) {
                if (!lacks(lacking) || guest.priority >= priority) {
                    break;
                }
                boolean helps =
                        (lacking.millis() > 0 && guest.amount.millis() > 0)
                                || (lacking.bytes() > 0 && guest.amount.bytes() > 0);
                if (helps && goes == going.contains(guest.application)) {
                    out.add(guest);
                    lacking = lacking.minus(guest.amount);
                }
            }
        }
        return out;
    }

    private List<Guest> guests(Set<Uid> applications) {
        return applications.stream()
                .flatMap(a -> giving.guest(a).stream())
                .sorted(Guests.TURN)
                .toList();
    }

    private static boolean lacks(Amount amount) {
        return amount.millis() > 0 || amount.bytes() > 0;
    }
}
