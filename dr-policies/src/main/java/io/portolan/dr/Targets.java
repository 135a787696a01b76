package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.app.Role;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment.Member;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which clusters can take the role: one that was named, or the best of those that may be meant. */
final class Targets {
    private final FailoverView view;
    private final Failover operation;
    private final String app;

    Targets(FailoverView view) {
        this.view = view;
        this.operation = view.operation();
        this.app = operation.applicationName();
    }

    /**
     * The cluster that the request's {@code to} means now, when one can take the role. Asked again
     * at the commit, for fencing may have taken hours.
     */
    static Optional<Candidate> now(FailoverView view) {
        return new Targets(view).sought().found();
    }

    /** Why this cluster cannot take the role now; empty when it can. */
    static Optional<String> unfit(FailoverView view, Candidate cluster) {
        return new Targets(view).unfit(cluster).map(Sought.Not::reason);
    }

    /** The cluster that is to take the role. */
    Sought<Candidate> sought() {
        String to = operation.request().to();
        Optional<Candidate> cluster = view.named(to);
        boolean chosen = operation.request().automatic() && !operation.request().failback();
        boolean asked = cluster.isPresent() && !chosen;
        if (asked) {
            return obstacle(cluster.get())
                    .<Sought<Candidate>>map(
                            no ->
                                    new Sought.Not<>(
                                            no.check(),
                                            to + " cannot take " + app + ": " + no.reason()))
                    .orElseGet(() -> new Sought.Found<>(cluster.get()));
        }
        // What central itself chose may be taken by the next one meanwhile: then another will do.
        boolean any = to.isEmpty() || chosen;
        List<Candidate> there =
                view.clusters().stream()
                        .filter(c -> any || c.region().equals(to))
                        .sorted(
                                Comparator.comparing((Candidate c) -> !c.name().equals(to))
                                        .thenComparing(c -> role(c).isEmpty())
                                        .thenComparing(c -> Standing.ill(c).isPresent())
                                        .thenComparing(this::turn)
                                        .thenComparing(Candidate::name))
                        .toList();
        if (there.isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.TARGET_KNOWN, "there is no cluster and no region named " + to);
        }
        List<Candidate> fit = there.stream().filter(c -> unfit(c).isEmpty()).toList();
        return fit.stream()
                .filter(c -> full(c).isEmpty())
                .findFirst()
                .or(
                        () ->
                                Preflight.overridden(view, PreflightCheck.TARGET_ROOM)
                                        ? fit.stream().findFirst()
                                        : Optional.empty())
                .<Sought<Candidate>>map(Sought.Found::new)
                .orElseGet(() -> new Sought.Not<>(most(there, fit), nobody(any ? "" : to, there)));
    }

    /** Of a cluster that was asked for by name. */
    private Optional<Sought.Not<Candidate>> obstacle(Candidate cluster) {
        return unfit(cluster)
                .or(
                        () ->
                                operation.planned()
                                                && !Preflight.overridden(
                                                        view, PreflightCheck.TARGET_ROOM)
                                        ? full(cluster)
                                                .map(
                                                        why ->
                                                                new Sought.Not<>(
                                                                        PreflightCheck.TARGET_ROOM,
                                                                        why))
                                        : Optional.empty());
    }

    /** The check at which the best of them failed. */
    private PreflightCheck most(List<Candidate> there, List<Candidate> fit) {
        if (!fit.isEmpty()) {
            return PreflightCheck.TARGET_ROOM;
        }
        return there.stream()
                        .flatMap(c -> unfit(c).stream())
                        .anyMatch(no -> no.check() == PreflightCheck.TARGET_FITS)
                ? PreflightCheck.TARGET_FITS
                : PreflightCheck.TARGET_REACHABLE;
    }

    /**
     * Whether it lacks room. Nobody is moved there who could go elsewhere; an operator who names it
     * in a disaster knows why.
     */
    static Optional<String> full(Candidate cluster) {
        return cluster.crowded().map("it has no room, "::concat);
    }

    /** Standbys take over in placement's order; who is not in it comes last. */
    private int turn(Candidate cluster) {
        int at = view.assignment().decision().order().indexOf(cluster.uid());
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private String nobody(String to, List<Candidate> asked) {
        return (to.isEmpty() ? "no cluster" : "no cluster of " + to)
                + " can take "
                + app
                + ": "
                + asked.stream()
                        .map(
                                c ->
                                        c.name()
                                                + unfit(c).map(Sought.Not::reason)
                                                        .or(() -> full(c))
                                                        .map(": "::concat)
                                                        .orElse(""))
                        .collect(Collectors.joining("; "));
    }

    private Optional<Sought.Not<Candidate>> unfit(Candidate cluster) {
        Optional<Role> role = role(cluster);
        if (role.equals(Optional.of(Role.ACTIVE))) {
            return unfit("it is active there already");
        }
        if (isSource(cluster)) {
            return unfit("it is the cluster to leave");
        }
        if (view.assignment().member(cluster.uid()).filter(Member::held).isPresent()) {
            return unfit(
                    "it returned, and is held until somebody has looked (portolan release "
                            + operation.tenant()
                            + "/"
                            + app
                            + " --cluster "
                            + cluster.name()
                            + ")");
        }
        if (role.equals(Optional.of(Role.QUARANTINED))
                && !(view.tookAnywhere() && Fence.shown(view, cluster.uid()))) {
            return unfit("it is quarantined until its agent has shown that it runs nothing");
        }
        return switch (cluster.reach()) {
            case PENDING -> unreachable("no agent has joined yet");
            case SUSPECT, UNREACHABLE -> unreachable("it is " + Words.silent(cluster));
            case READY ->
                    cluster.refusal().map(why -> new Sought.Not<>(PreflightCheck.TARGET_FITS, why));
        };
    }

    private static Optional<Sought.Not<Candidate>> unfit(String why) {
        return Optional.of(new Sought.Not<>(PreflightCheck.TARGET_FITS, why));
    }

    private static Optional<Sought.Not<Candidate>> unreachable(String why) {
        return Optional.of(new Sought.Not<>(PreflightCheck.TARGET_REACHABLE, why));
    }

    private boolean isSource(Candidate cluster) {
        return operation
                .plan()
                .map(p -> p.sources().contains(cluster.uid()))
                .orElse(operation.request().from().contains(cluster.name()));
    }

    private Optional<Role> role(Candidate cluster) {
        return view.assignment().member(cluster.uid()).map(Member::role);
    }
}
