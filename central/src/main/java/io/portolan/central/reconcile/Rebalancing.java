package io.portolan.central.reconcile;

import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.Rebalance;
import io.portolan.placement.Claim;
import io.portolan.placement.Proposal;
import io.portolan.placement.fleet.Room;
import io.portolan.placement.select.TieBreak;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A move that is proposed for an application, and what holds it back. Only what stands still where
 * placement wants it has one.
 *
 * @param single whether it is a single writer, which placement never moves
 */
public record Rebalancing(
        Resource<ApplicationSpec> application,
        Rebalance policy,
        boolean single,
        Assignment assignment,
        Proposal proposal) {
    /** Over what the view shows; empty where nothing is proposed. */
    public static Optional<Rebalancing> of(View view, Resource<ApplicationSpec> application) {
        if (Policies.of(view.image(), application) instanceof Policies.Found found
                && found.placement().rebalancing().apply() == Rebalance.Apply.NEVER) {
            return Optional.empty();
        }
        return Prospect.of(view, application.uid())
                .flatMap(
                        prospect ->
                                switch (prospect) {
                                    case Prospect.Stands _ -> Optional.empty();
                                    case Prospect.Placed p ->
                                            of(
                                                    view,
                                                    application,
                                                    p.policies(),
                                                    p.former(),
                                                    new Decided(p.needs(), p.decision(), p.next()));
                                });
    }

    static Optional<Rebalancing> of(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment former,
            Decided decided) {
        Set<Uid> chosen = new TreeSet<>(decided.decision().chosen());
        boolean still =
                former.members().stream().noneMatch(Member::leaving)
                        && chosen.equals(new TreeSet<>(former.decision().chosen()))
                        && chosen.equals(new TreeSet<>(decided.needs().current()));
        if (!still) {
            return Optional.empty();
        }
        boolean single = policies.disasterRecovery().singleWriter();
        Claim claim = decided.needs().claim();
        Room beside = view.ledger().room(view.image().fleet(), application.uid());
        return Proposal.of(
                        view.image().fleet(),
                        policies.placement(),
                        decided.needs().claiming(claim.in(beside, claim.parts())),
                        TieBreak.seed(application.uid()))
                .filter(p -> !single || former.active().stream().anyMatch(p.leaves()::contains))
                .map(
                        p ->
                                new Rebalancing(
                                        application,
                                        policies.placement().rebalancing(),
                                        single,
                                        former,
                                        p));
    }

    /** Until when it is left alone after its last move; empty where that is over. */
    public Optional<Instant> restsUntil(Instant now) {
        return assignment
                .decision()
                .decidedAt()
                .map(moved -> moved.plus(policy.cooldown()))
                .filter(now::isBefore);
    }

    /** Whether somebody has ordered this move, and the order's time is not over. */
    public boolean ordered(Instant now) {
        return RebalanceOrder.of(application.metadata())
                .filter(o -> o.stands(proposal.to(), now))
                .isPresent();
    }

    /** The cluster to relocate a single writer to. */
    public Optional<Uid> target() {
        List<Uid> joins = proposal.joins();
        return proposal.order().stream()
                .filter(joins::contains)
                .findFirst()
                .or(() -> joins.stream().findFirst());
    }

    /** What to type for a single writer; empty where it would go nowhere. */
    public Optional<String> relocation(View view) {
        return target().map(
                        to ->
                                Placing.typed(
                                        view.image(),
                                        application,
                                        assignment.active().getFirst(),
                                        to));
    }

    /** How many applications are on their way to another cluster, and not overdue. */
    public static int underWay(View view) {
        return (int) onTheirWay(view).count();
    }

    /** Whether fewer than that are on their way. */
    static boolean room(View view, int budget) {
        return onTheirWay(view).limit(budget).count() < budget;
    }

    private static Stream<Uid> onTheirWay(View view) {
        return Stream.concat(
                        view.expected().keySet().stream(),
                        view.image().moving().stream().filter(a -> !view.expected().containsKey(a)))
                .filter(
                        a ->
                                view.assignment(a)
                                        .flatMap(Overdue::at)
                                        .filter(view.now()::isBefore)
                                        .isPresent());
    }

    /** Names of clusters, in order. */
    public static String names(View view, List<Uid> clusters) {
        return String.join(
                ", ", clusters.stream().map(view.image()::clusterName).sorted().toList());
    }
}
