package io.portolan.central.image;

import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Room;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The room in the fleet's clusters, kept by deltas: a change costs what it changes, and a copy of
 * one array. Immutable; equal to the one that is made anew.
 */
public final class Ledger {
    static final Ledger EMPTY =
            new Ledger(TreePMap.empty(), TreePMap.empty(), TreePMap.empty(), Room.UNKNOWN);

    private final TreePMap<Uid, Account> accounts;
    private final TreePMap<Uid, Footprint> footprints;

    /** Other than 0, also of applications that are nowhere. */
    private final TreePMap<Uid, Integer> priorities;

    private final Room room;

    private Ledger(
            TreePMap<Uid, Account> accounts,
            TreePMap<Uid, Footprint> footprints,
            TreePMap<Uid, Integer> priorities,
            Room room) {
        this.accounts = accounts;
        this.footprints = footprints;
        this.priorities = priorities;
        this.room = room;
    }

    /** As placement sees it, in the order of the fleet that it was made for. */
    public Room room() {
        return room;
    }

    /**
     * The same without what is reserved for this application: where it goes itself, it needs none.
     */
    public Room room(ClusterSnapshot fleet, Uid application) {
        Optional<Footprint> only =
                footprint(application)
                        .map(
                                f ->
                                        new Footprint(
                                                f.name(),
                                                Map.of(),
                                                f.reserved(),
                                                f.priority(),
                                                Map.of()));
        Map<Integer, Cell> cells = new HashMap<>();
        only.flatMap(Footprint::reserved)
                .map(Footprint.Reservation::cluster)
                .filter(c -> fleet.index(c) >= 0)
                .ifPresent(
                        c ->
                                cells.put(
                                        fleet.index(c),
                                        accounts.getOrDefault(c, Account.EMPTY)
                                                .without(application, only.get(), c)
                                                .cell()));
        return room.with(cells);
    }

    /** Of one cluster. */
    public Cell cell(Uid cluster) {
        return accounts.getOrDefault(cluster, Account.EMPTY).cell();
    }

    /** Where the room of one cluster is. */
    public Balance balance(Uid cluster) {
        return accounts.getOrDefault(cluster, Account.EMPTY).balance();
    }

    /** What an application takes; empty where that is nothing. */
    public Optional<Footprint> footprint(Uid application) {
        return Optional.ofNullable(footprints.get(application));
    }

    /** Whether these applications all use this cluster, be they on their way out. */
    public boolean areOn(Uid cluster, Collection<Uid> applications) {
        return applications.stream()
                .allMatch(a -> footprint(a).filter(f -> f.used().containsKey(cluster)).isPresent());
    }

    /** Of an application's policy; 0 where it says none. */
    public int priority(Uid application) {
        return priorities.getOrDefault(application, 0);
    }

    /** Whether any application has a priority. */
    public boolean ranked() {
        return !priorities.isEmpty();
    }

    /** The applications that reserve room for when this cluster is lost. */
    Set<Uid> reservingAgainst(Uid cluster) {
        Set<Uid> out = new TreeSet<>();
        footprints.forEach(
                (application, footprint) -> {
                    if (footprint.reserved().isPresent() && footprint.used().containsKey(cluster)) {
                        out.add(application);
                    }
                });
        return out;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ledger l
                && accounts.equals(l.accounts)
                && footprints.equals(l.footprints)
                && priorities.equals(l.priorities)
                && room.equals(l.room);
    }

    @Override
    public int hashCode() {
        return Objects.hash(accounts, footprints);
    }

    /** The next ledger while it is changed. Owned by one thread. */
    static final class Draft {
        private final Ledger from;
        private TreePMap<Uid, Account> accounts;
        private TreePMap<Uid, Footprint> footprints;
        private TreePMap<Uid, Integer> priorities;
        private final Set<Uid> changed = new TreeSet<>();

        Draft(Ledger from) {
            this.from = from;
            this.accounts = from.accounts;
            this.footprints = from.footprints;
            this.priorities = from.priorities;
        }

        /** What its agent tells; empty where it tells nothing, or is gone. */
        void told(Uid cluster, Optional<Capacity> capacity) {
            Account former = accounts.getOrDefault(cluster, Account.EMPTY);
            if (!former.told().equals(capacity)) {
                put(cluster, former.told(capacity));
            }
        }

        void ranks(Uid application, int priority) {
            priorities =
                    priority == 0
                            ? priorities.minus(application)
                            : priorities.plus(application, priority);
        }

        void takes(Uid application, Optional<Footprint> footprint) {
            @Nullable Footprint former = footprints.get(application);
            if (Optional.ofNullable(former).equals(footprint)) {
                return;
            }
            if (former != null) {
                for (Uid cluster : touched(former)) {
                    put(cluster, account(cluster).without(application, former, cluster));
                }
                footprints = footprints.minus(application);
            }
            if (footprint.isPresent()) {
                for (Uid cluster : touched(footprint.get())) {
                    put(cluster, account(cluster).with(application, footprint.get(), cluster));
                }
                footprints = footprints.plus(application, footprint.get());
            }
        }

        private static Set<Uid> touched(Footprint footprint) {
            Set<Uid> out = new TreeSet<>(footprint.used().keySet());
            footprint.reserved().ifPresent(r -> out.add(r.cluster()));
            return out;
        }

        private Account account(Uid cluster) {
            return accounts.getOrDefault(cluster, Account.EMPTY);
        }

        private void put(Uid cluster, Account account) {
            accounts =
                    account.isEmpty() ? accounts.minus(cluster) : accounts.plus(cluster, account);
            changed.add(cluster);
        }

        /**
         * @param sameOrder whether the fleet has the clusters that the former ledger's had
         */
        Ledger freeze(ClusterSnapshot fleet, boolean sameOrder) {
            if (!sameOrder) {
                Cell[] cells = new Cell[fleet.size()];
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = cell(fleet.get(i).uid());
                }
                return new Ledger(accounts, footprints, priorities, Room.of(cells));
            }
            if (changed.isEmpty()
                    && footprints == from.footprints
                    && priorities == from.priorities) {
                return from;
            }
            Map<Integer, Cell> cells = new HashMap<>();
            for (Uid cluster : changed) {
                int i = fleet.index(cluster);
                if (i >= 0) {
                    cells.put(i, cell(cluster));
                }
            }
            return new Ledger(accounts, footprints, priorities, from.room.with(cells));
        }

        private Cell cell(Uid cluster) {
            @Nullable Account account = accounts.get(cluster);
            return account == null ? Cell.UNKNOWN : account.cell();
        }
    }
}
