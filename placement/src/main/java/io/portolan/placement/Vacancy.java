package io.portolan.placement;

import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Preference;
import io.portolan.model.placement.Priority;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.filter.RoomRule;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The room in the fleet as one application sees it. It changes with every decision, so unlike
 * {@link Verdicts} nothing of it is shared.
 *
 * @param freely what it may have without driving out others
 * @param rule the same, or with the room of those that give way to it
 */
record Vacancy(RoomRule freely, RoomRule rule, List<Preference> preferences, Claim claim) {
    /** Steps of the part that stays free: less than a tenth makes no difference. */
    private static final int STEPS = 10;

    static Vacancy of(PlacementPolicySpec policy, Needs needs) {
        RoomRule rule =
                new RoomRule(
                        needs.room(),
                        RoomRule.least(policy, needs.requests(), !needs.replicas().isEmpty()),
                        policy.capacity().orElse(CapacityRule.USUAL),
                        java.util.OptionalInt.empty(),
                        needs.claim().kin());
        List<Preference> preferences =
                policy.prefer().stream().filter(p -> p.free().isPresent()).toList();
        return new Vacancy(rule, rule, preferences, needs.claim());
    }

    /** As if whoever gives way to this priority were gone. */
    Vacancy driving(Priority priority) {
        return new Vacancy(freely, freely.above(priority.value()), preferences, claim);
    }

    boolean takes(int cluster) {
        return rule.idle() || rule.takes(cluster);
    }

    /** Whether nobody need go for it. */
    boolean takesFreely(int cluster) {
        return rule == freely || freely.takes(cluster);
    }

    Optional<Rejection> rejection(int cluster) {
        return rule.idle() ? Optional.empty() : rule.rejection(cluster);
    }

    /** Why an application that gives way must leave a cluster where it is. */
    Optional<Rejection> preempted(int cluster) {
        Cell cell = claim.room().cell(cluster);
        return cell.driver(claim.application())
                .map(d -> Rejection.preempted(claim.kin().name(d.name()), d.priority()));
    }

    /** What is to be said of a newcomer's room; empty where it is known. */
    String words(int cluster) {
        boolean unknown = claim.room().cell(cluster).allocatable().isEmpty();
        return unknown && !rule.least().isNone() ? ", whose room is not known" : "";
    }

    /**
     * Who must go so that it can take so much more, headroom and reservations included; nobody for
     * what it takes nothing of.
     */
    List<Cell.Guest> drivenOut(int cluster, Amount more) {
        Cell cell = claim.room().cell(cluster);
        Optional<Amount> left = freely.left(cell);
        if (rule == freely || left.isEmpty()) {
            return List.of();
        }
        Amount lacking = more.minus(left.get());
        return cell.drivenOut(
                new Amount(
                        more.millis() > 0 ? lacking.millis() : 0,
                        more.bytes() > 0 ? lacking.bytes() : 0),
                rule.above().orElse(0));
    }

    /** From 0 to the sum of the weights. */
    int points(int cluster) {
        int sum = 0;
        for (Preference preference : preferences) {
            sum += points(preference, cluster);
        }
        return sum;
    }

    /** The points by preference, as it is written. */
    Map<String, Integer> byTerm(int cluster) {
        Map<String, Integer> out = new TreeMap<>();
        for (Preference preference : preferences) {
            out.merge(preference.toString(), points(preference, cluster), Integer::sum);
        }
        return out;
    }

    private int points(Preference preference, int cluster) {
        Cell cell = claim.room().cell(cluster);
        Optional<Amount> free = cell.free();
        if (free.isEmpty() || cell.allocatable().isEmpty()) {
            return 0;
        }
        Amount stays = free.get().minus(rule.least().on(cell.nodes()));
        Amount all = cell.allocatable().get();
        int steps =
                Math.min(steps(stays.millis(), all.millis()), steps(stays.bytes(), all.bytes()));
        int counted =
                preference.free().orElse(Preference.Free.MOST) == Preference.Free.MOST
                        ? steps
                        : STEPS - steps;
        return preference.weight() * counted / STEPS;
    }

    private static int steps(long stays, long all) {
        return all <= 0 || stays <= 0 ? 0 : (int) Math.min(STEPS, stays / Math.max(1, all / STEPS));
    }
}
