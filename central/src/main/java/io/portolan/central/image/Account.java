package io.portolan.central.image;

import io.portolan.central.image.Giving.Party;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.placement.Priority;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.Cell.Driver;
import io.portolan.placement.fleet.Use;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.TreePMap;

/**
 * The room in one cluster: what its agent told, and what central has assigned to it. Immutable.
 *
 * <p>Of what agents report the share of others counts; what is our own is counted from the
 * assignments, which is exact at once. Where the agent does not tell the shares, all beyond what is
 * assigned is taken for others'. Pods that are there count at least as reported, be it that an
 * autoscaler made more of them or that they are still ending.
 *
 * @param used by what is assigned
 * @param reserved by what would have to be lost for it: not all is lost at once, so the largest sum
 *     is what is kept free
 * @param giving those that may be driven out
 * @param driving those that were placed here in the room of others
 */
record Account(
        Optional<Capacity> told,
        Use used,
        TreePMap<String, Loss> reserved,
        Giving giving,
        TreePMap<Uid, Driver> driving) {
    static final Account EMPTY =
            new Account(
                    Optional.empty(), Use.NONE, TreePMap.empty(), Giving.NOBODY, TreePMap.empty());

    private static final int NAMED = 3;

    record Reserved(String name, Use use) {}

    /** What one loss would bring here, and the sum of it. */
    record Loss(TreePMap<Uid, Reserved> applications, Use sum) {
        static final Loss NONE = new Loss(TreePMap.empty(), Use.NONE);
    }

    boolean isEmpty() {
        return equals(EMPTY);
    }

    Account told(Optional<Capacity> capacity) {
        return new Account(capacity, used, reserved, giving, driving);
    }

    Account with(Uid application, Footprint footprint, Uid cluster) {
        Account next = this;
        Use use = footprint.used().get(cluster);
        if (use != null) {
            Priority priority = footprint.priority();
            Set<Uid> victims = footprint.drives().getOrDefault(cluster, Set.of());
            next =
                    new Account(
                            told,
                            used.plus(use),
                            reserved,
                            priority.preemptible()
                                    ? giving.with(
                                            application,
                                            new Party(footprint.name(), priority.value(), use))
                                    : giving,
                            victims.isEmpty()
                                    ? driving
                                    : driving.plus(
                                            application,
                                            new Driver(
                                                    application,
                                                    footprint.name(),
                                                    priority.value(),
                                                    victims)));
        }
        return footprint
                .reserved()
                .filter(r -> r.cluster().equals(cluster))
                .map(new Reserving(next, application, footprint.name())::with)
                .orElse(next);
    }

    private record Reserving(Account account, Uid application, String name) {
        Account with(Footprint.Reservation r) {
            Loss former = account.reserved.getOrDefault(r.lost(), Loss.NONE);
            return account.reserving(
                    account.reserved.plus(
                            r.lost(),
                            new Loss(
                                    former.applications.plus(
                                            application, new Reserved(name, r.use())),
                                    former.sum.plus(r.use()))));
        }
    }

    private Account reserving(TreePMap<String, Loss> next) {
        return new Account(told, used, next, giving, driving);
    }

    Account without(Uid application, Footprint footprint, Uid cluster) {
        Use use = footprint.used().getOrDefault(cluster, Use.NONE);
        Account next =
                new Account(
                        told,
                        used.minus(use),
                        reserved,
                        giving.without(application),
                        driving.minus(application));
        return footprint
                .reserved()
                .filter(r -> r.cluster().equals(cluster))
                .map(
                        r -> {
                            Loss former = reserved.getOrDefault(r.lost(), Loss.NONE);
                            TreePMap<Uid, Reserved> left = former.applications.minus(application);
                            return next.reserving(
                                    left.isEmpty()
                                            ? reserved.minus(r.lost())
                                            : reserved.plus(
                                                    r.lost(),
                                                    new Loss(left, former.sum.minus(r.use()))));
                        })
                .orElse(next);
    }

    Cell cell() {
        return balance().cell();
    }

    Balance balance() {
        int nodes = told.map(Capacity::nodes).orElse(0);
        Amount ours = used.on(nodes);
        Amount requested =
                told.map(c -> new Amount(c.requestedMillis(), c.requestedBytes()))
                        .orElse(Amount.NONE);
        Amount own =
                new Amount(
                        told.flatMap(Capacity::ownMillis).orElse(ours.millis()),
                        told.flatMap(Capacity::ownBytes).orElse(ours.bytes()));
        Amount foreign = requested.minus(own).max(Amount.NONE);
        Amount assigned = foreign.plus(ours);
        Amount counted = requested.max(assigned);
        return new Balance(cell(nodes, counted, assigned), foreign, ours, counted.minus(assigned));
    }

    private Cell cell(int nodes, Amount counted, Amount assigned) {
        Optional<Map.Entry<String, Loss>> most = most(nodes);
        return new Cell(
                nodes,
                told.map(c -> new Amount(c.allocatableMillis(), c.allocatableBytes())),
                counted,
                assigned,
                kept(nodes),
                most.map(
                                e ->
                                        e.getValue().applications.values().stream()
                                                .limit(NAMED)
                                                .map(Reserved::name)
                                                .toList())
                        .orElse(List.of()),
                most.map(e -> e.getValue().applications.size()).orElse(0),
                giving.on(nodes),
                List.copyOf(driving.values()));
    }

    /** The largest sum of each, which may be of two different losses. */
    private Amount kept(int nodes) {
        Amount out = Amount.NONE;
        for (Loss loss : reserved.values()) {
            out = out.max(loss.sum.on(nodes));
        }
        return out;
    }

    /** The loss that names are told of: the one that needs the most memory. */
    private Optional<Map.Entry<String, Loss>> most(int nodes) {
        return reserved.entrySet().stream()
                .max(
                        Comparator.comparingLong(
                                        (Map.Entry<String, Loss> e) ->
                                                e.getValue().sum.on(nodes).bytes())
                                .thenComparingLong(e -> e.getValue().sum.on(nodes).millis())
                                .thenComparing(Map.Entry.comparingByKey()));
    }
}
