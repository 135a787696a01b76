package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.dr.Brake;
import io.portolan.dr.Flapping;
import io.portolan.dr.Judgement;
import io.portolan.dr.Judgement.Verdict;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The return of an application to the cluster that its last failover left, where its policy has
 * central do that ({@link Judgement#returns} decides when). It is a planned relocation: refused
 * where a cluster that it would leave is not heard.
 */
record Homecoming(
        Optional<Condition> condition, Optional<Failover> failback, Optional<Instant> again) {
    static final String CONDITION = "FailbackPending";

    private static final Homecoming NOTHING =
            new Homecoming(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Where its last failover brought it.
     *
     * @param home the cluster that it left
     * @param heir who took over from it; absent where a former version did not note it
     */
    record Away(Uid home, Optional<Uid> heir) {
        /** What returns: of several clusters that serve, who took over. */
        private List<Uid> leaves(Assignment assignment) {
            List<Uid> active = assignment.active();
            return active.size() == 1
                    ? active
                    : active.stream().filter(c -> heir.filter(c::equals).isPresent()).toList();
        }
    }

    /** While an operation is committed, and until it is there again. */
    static Optional<Away> away(FleetImage image, Uid application, Assignment assignment) {
        Optional<Away> known =
                image.applicationStatus(application)
                        .map(Held::value)
                        .flatMap(s -> s.home().map(h -> new Away(h, s.heir())));
        Optional<Failover> live = image.operationOn(application).map(Held::value);
        if (live.isPresent() && live.get().state().committed()) {
            return live.get().planned()
                    ? Optional.empty()
                    : live.get()
                            .plan()
                            .filter(p -> p.sources().size() == 1)
                            .map(p -> new Away(p.sources().getFirst(), Optional.of(p.target())));
        }
        return known.filter(a -> !assignment.active().contains(a.home()))
                .filter(a -> image.cluster(a.home()).isPresent());
    }

    static Homecoming of(
            View view,
            Thresholds thresholds,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            Policies.Found policies,
            Optional<Away> away,
            Supplier<Brake> brake) {
        if (away.isEmpty() || assignment.active().isEmpty()) {
            return NOTHING;
        }
        Uid home = away.get().home();
        List<Uid> leaves = away.get().leaves(assignment);
        String name = view.image().clusterName(home);
        Verdict verdict =
                Judgement.returns(
                        policies.disasterRecovery(),
                        assignment.active().size(),
                        name,
                        wellSince(view, application.uid(), home),
                        obstacle(view, thresholds, assignment, home, leaves),
                        brake,
                        StatusReconciler.automatic(view.image(), application.uid()),
                        view.now());
        return switch (verdict) {
            case Verdict.Nothing _ -> NOTHING;
            case Verdict.Told(String reason, String told, Optional<Instant> again) ->
                    new Homecoming(
                            Optional.of(
                                    new Condition(CONDITION, Truth.TRUE, reason, told, view.now())),
                            Optional.empty(),
                            again.or(() -> back(view, thresholds, home)));
            case Verdict.FailOver(_, String why) ->
                    new Homecoming(
                            Optional.empty(),
                            Optional.of(
                                    Lost.operation(
                                            application,
                                            new Failover.Request(
                                                    name,
                                                    leaves.stream()
                                                            .map(view.image()::clusterName)
                                                            .sorted()
                                                            .toList(),
                                                    why,
                                                    Failover.Request.BY_POLICY,
                                                    true,
                                                    true,
                                                    List.of()),
                                            view.now())),
                            Optional.empty());
        };
    }

    /** What keeps it from taking the role; empty where nothing does. */
    private static Optional<String> obstacle(
            View view, Thresholds thresholds, Assignment assignment, Uid home, List<Uid> leaves) {
        FleetImage image = view.image();
        if (image.reach(home) != Reach.READY) {
            return Optional.of("it is not heard");
        }
        boolean returning =
                image.clusterStatus(home)
                        .flatMap(h -> h.value().losses())
                        .filter(
                                l ->
                                        Flapping.returning(
                                                l, thresholds.back(), view.led(), view.now()))
                        .isPresent();
        if (returning) {
            return Optional.of("it does not count as back yet");
        }
        if (assignment.member(home).filter(m -> m.role() == Role.STANDBY).isEmpty()) {
            return Optional.of("it does not stand by");
        }
        if (leaves.isEmpty()) {
            return Optional.of("several clusters serve, and none of them took over from it");
        }
        return leaves.stream()
                .filter(c -> image.reach(c) != Reach.READY)
                .findFirst()
                .map(c -> image.clusterName(c) + ", which it would leave, is not heard");
    }

    /** When it counts as back, if that is what is waited for. */
    private static Optional<Instant> back(View view, Thresholds thresholds, Uid home) {
        return view.image()
                .clusterStatus(home)
                .flatMap(h -> h.value().losses())
                .flatMap(l -> Flapping.backAt(l, thresholds.back(), view.led()))
                .filter(view.now()::isBefore);
    }

    /**
     * Since when it has been heard without a break, and the application could return: whoever moved
     * it away from a cluster that is well does not see it back at once.
     */
    private static Optional<Instant> wellSince(View view, Uid application, Uid home) {
        Instant pending =
                pending(view.image(), application).map(Condition::since).orElse(view.now());
        return view.image()
                .clusterStatus(home)
                .flatMap(s -> Condition.find(s.value().conditions(), "Ready"))
                .filter(c -> c.truth() == Truth.TRUE)
                .map(Condition::since)
                .map(heard -> heard.isAfter(pending) ? heard : pending);
    }

    /** As it was told last; it begins when the operation has ended that left the cluster. */
    static Optional<Condition> pending(FleetImage image, Uid application) {
        return image.applicationStatus(application)
                .flatMap(s -> Condition.find(s.value().conditions(), CONDITION));
    }
}
