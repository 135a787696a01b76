package io.portolan.placement.filter;

import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.CapacityRule.Unknown;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import io.portolan.placement.fleet.Use;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether a cluster has the room that a newcomer needs at least. Room changes with every decision,
 * so this is no {@link Filter} whose answers are shared: it is asked of the clusters that fit
 * otherwise.
 *
 * @param least what the newcomer needs at least
 * @param above of a newcomer that drives out others: its priority
 * @param kin whom the newcomer may hear of by name
 */
public record RoomRule(Room room, Use least, CapacityRule rule, OptionalInt above, Kin kin) {
    /**
     * What a cluster must have room for: all of the application, or one replica of each workload,
     * or as many as each cluster gets.
     *
     * @param divides whether the application's replicas may be divided at all
     */
    public static Use least(PlacementPolicySpec policy, Requests requests, boolean divides) {
        return policy.dividing()
                .filter(_ -> divides)
                .map(d -> requests.least(Math.max(1, d.minPerCluster())))
                .orElseGet(requests::all);
    }

    /** Whether there is anything to ask. */
    public boolean idle() {
        return least.isNone() && rule.unknown() == Unknown.FITS;
    }

    /** The same for one that drives out whoever gives way to its priority. */
    public RoomRule above(int priority) {
        return new RoomRule(room, least, rule, OptionalInt.of(priority), kin);
    }

    /** Whether it fits, as {@link #rejection} says. */
    public boolean takes(int cluster) {
        Cell cell = room.cell(cluster);
        return takes(cell, left(cell));
    }

    private boolean takes(Cell cell, Optional<Amount> left) {
        return left.isPresent()
                ? least.on(cell.nodes()).fits(left.get())
                : rule.unknown() == Unknown.FITS;
    }

    /** What a newcomer may take of it; less than nothing, too; absent while not known. */
    public Optional<Amount> left(Cell cell) {
        Optional<Amount> free = cell.free(above);
        int headroom = rule.headroom().value();
        return headroom == 0
                ? free
                : free.map(f -> f.minus(cell.allocatable().orElse(f).percent(headroom)));
    }

    /** What it asks for: {@code 1.5 CPU, 6 GiB, and 10% headroom}. */
    public String words(int cluster) {
        return least.on(room.cell(cluster).nodes())
                + (rule.headroom().value() == 0 ? "" : ", and " + rule.headroom() + " headroom")
                + (rule.unknown() == Unknown.FITS ? "" : ", of known room");
    }

    public Optional<Rejection> rejection(int cluster) {
        Cell cell = room.cell(cluster);
        Optional<Amount> left = left(cell);
        return takes(cell, left) ? Optional.empty() : Optional.of(refused(cell, left));
    }

    private Rejection refused(Cell cell, Optional<Amount> left) {
        Amount need = least.on(cell.nodes());
        if (left.isEmpty()) {
            return Rejection.forNewcomers(
                    Reason.CAPACITY,
                    "unknown room",
                    "its agent has not told its room, and the policy refuses such clusters");
        }
        boolean memory = !need.fitsMemory(left.get());
        boolean cpu = !need.fitsCpu(left.get());
        return new Rejection(
                Reason.CAPACITY,
                memory ? "memory" : "cpu",
                () ->
                        (memory ? memory(need, left.get(), cell) : "")
                                + (memory && cpu ? "; " : "")
                                + (cpu ? cpu(need, left.get(), cell) : ""),
                false,
                Optional.empty());
    }

    /**
     * {@code memory: needs 6 GiB, free 2 GiB after 4 GiB reserved for failover of shop/checkout}.
     */
    private String memory(Amount need, Amount left, Cell cell) {
        return "memory: needs "
                + need.memory()
                + ", free "
                + left.max(Amount.NONE).memory()
                + after(
                        cell.reserved().bytes() > 0,
                        cell.reserved().memory(),
                        head(cell).memory(),
                        cell);
    }

    private String cpu(Amount need, Amount left, Cell cell) {
        return "cpu: needs "
                + need.cpu()
                + ", free "
                + left.max(Amount.NONE).cpu()
                + after(
                        cell.reserved().millis() > 0,
                        cell.reserved().cpu(),
                        head(cell).cpu(),
                        cell);
    }

    private Amount head(Cell cell) {
        return cell.allocatable().orElse(Amount.NONE).percent(rule.headroom().value());
    }

    private String after(boolean reserves, String reserved, String head, Cell cell) {
        String forWhom =
                reserves
                        ? " after "
                                + reserved
                                + " reserved for failover of "
                                + kin.names(cell.reservedFor(), cell.reservations())
                        : "";
        return rule.headroom().value() == 0
                ? forWhom
                : forWhom
                        + (forWhom.isEmpty() ? " after " : " and ")
                        + head
                        + " headroom ("
                        + rule.headroom()
                        + ")";
    }
}
