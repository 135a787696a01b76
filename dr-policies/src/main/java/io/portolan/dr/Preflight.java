package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.dr.Safety;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Checked.Outcome;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.placement.Assignment.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns the names of a request into clusters, or says why it cannot be done: a list of checks, each
 * with its name. All are made although one failed, so that an operator sees them together. Changes
 * nothing.
 */
final class Preflight {
    /** What the preflight found. */
    sealed interface Finding {
        List<Checked> checks();

        record Possible(Plan plan, List<Checked> checks) implements Finding {}

        record Refused(String reason, List<Checked> checks) implements Finding {}
    }

    /** The answer to a part of it. */
    private sealed interface Sought<T> {
        record Found<T>(T value) implements Sought<T> {}

        record Not<T>(PreflightCheck check, String reason) implements Sought<T> {}

        default Optional<T> found() {
            return this instanceof Found<T>(T value) ? Optional.of(value) : Optional.empty();
        }
    }

    private final FailoverView view;
    private final Failover operation;
    private final String app;
    private final List<Checked> checks = new ArrayList<>();

    private Preflight(FailoverView view) {
        this.view = view;
        this.operation = view.operation();
        this.app = operation.applicationName();
    }

    static Finding of(FailoverView view, Instant now) {
        return new Preflight(view).finding(now);
    }

    private Finding finding(Instant now) {
        check(PreflightCheck.POLICY_PRESENT, view.barrier(), "its policies are there");
        check(
                PreflightCheck.NO_LIVE_OPERATION,
                view.rival().map(r -> r + " is live on " + app),
                "no other operation is live on " + app);
        Sought<List<Candidate>> sources = sources();
        switch (sources) {
            case Sought.Not<List<Candidate>>(var check, String reason) ->
                    add(check, Outcome.FAILED, reason);
            case Sought.Found<List<Candidate>>(List<Candidate> found) -> leaves(found);
        }
        frozen(sources.found().orElse(List.of()), now);
        Sought<Candidate> target = target();
        switch (target) {
            case Sought.Not<Candidate>(var check, String reason) -> fails(check, reason);
            case Sought.Found<Candidate>(Candidate found) -> goes(found);
        }
        Optional<Checked> failed =
                checks.stream().filter(c -> c.outcome() == Outcome.FAILED).findFirst();
        return failed.<Finding>map(c -> new Finding.Refused(c.detail(), checks))
                .orElseGet(
                        () ->
                                new Finding.Possible(
                                        plan(
                                                sources.found().orElseThrow(),
                                                target.found().orElseThrow(),
                                                now),
                                        checks));
    }

    private void check(PreflightCheck check, Optional<String> obstacle, String well) {
        add(check, obstacle.isPresent() ? Outcome.FAILED : Outcome.PASSED, obstacle.orElse(well));
    }

    private void add(PreflightCheck check, Outcome outcome, String detail) {
        checks.add(new Checked(check, outcome, detail));
    }

    private void fails(PreflightCheck check, String reason) {
        boolean inVain =
                operation.request().overrides().contains(check)
                        && !view.policy().overridable(check);
        add(
                check,
                Outcome.FAILED,
                inVain ? reason + "; its policy lets nobody override " + check : reason);
    }

    /** A relocation leaves only clusters that answer: whoever does not is failed over from. */
    private void leaves(List<Candidate> sources) {
        add(
                PreflightCheck.SOURCE_KNOWN,
                Outcome.PASSED,
                sources.isEmpty()
                        ? app + " is active nowhere"
                        : "leaves " + names(sources.stream().map(Candidate::uid).toList()));
        Optional<Candidate> silent =
                sources.stream().filter(c -> c.reach() != Reach.READY).findFirst();
        if (silent.isEmpty()) {
            add(
                    PreflightCheck.SOURCE_REACHABLE,
                    Outcome.PASSED,
                    sources.size() == 1 ? "it is heard" : "all " + sources.size() + " are heard");
            return;
        }
        String why = silent.get().name() + " is " + Words.silent(silent.get());
        if (operation.planned()) {
            add(
                    PreflightCheck.SOURCE_REACHABLE,
                    Outcome.FAILED,
                    why
                            + ", and a relocation leaves only clusters that answer; type: portolan"
                            + " failover "
                            + app
                            + " --tenant "
                            + operation.tenant());
        } else {
            add(
                    PreflightCheck.SOURCE_REACHABLE,
                    Outcome.WARNING,
                    singleWriter(view)
                            ? why + ": it cannot show that it stopped"
                            : why + ": it stops when it returns");
        }
    }

    private void goes(Candidate target) {
        add(PreflightCheck.TARGET_KNOWN, Outcome.PASSED, "goes to " + target.name());
        add(
                PreflightCheck.TARGET_REACHABLE,
                Outcome.PASSED,
                target.name()
                        + target.lastHeard()
                                .map(t -> " was heard at " + Words.second(t))
                                .orElse(" is heard"));
        add(PreflightCheck.TARGET_FITS, Outcome.PASSED, app + " may run in " + target.name());
        standing(target);
        Optional<String> full = full(target);
        if (full.isEmpty()) {
            add(PreflightCheck.TARGET_ROOM, Outcome.PASSED, target.name() + " has room for " + app);
        } else {
            boolean overridden = overridden(PreflightCheck.TARGET_ROOM);
            add(
                    PreflightCheck.TARGET_ROOM,
                    overridden ? Outcome.OVERRIDDEN : Outcome.WARNING,
                    target.name()
                            + ": "
                            + full.get()
                            + (overridden ? "; overridden: " + operation.request().reason() : ""));
        }
    }

    /** Of a target that runs something already: what it has to go on from. */
    private void standing(Candidate target) {
        Optional<StandbyLevel> level = Standing.running(target);
        if (level.isEmpty()) {
            return;
        }
        String stands = target.name() + " stands by " + level.get();
        Optional<String> ill = Standing.ill(target);
        add(
                PreflightCheck.TARGET_STANDBY,
                ill.isEmpty() ? Outcome.PASSED : Outcome.WARNING,
                stands + ill.map(" and is "::concat).orElse(" and is healthy"));
    }

    /** What central begins by itself was held before it became an operation. */
    private void frozen(List<Candidate> sources, Instant now) {
        Safety safety = view.policy().safety().orElse(Safety.NONE);
        if (safety.freeze().isEmpty() || operation.request().automatic()) {
            return;
        }
        Optional<Frozen> frozen = Frozen.at(safety, now);
        if (frozen.isEmpty()) {
            add(PreflightCheck.FREEZE_WINDOW, Outcome.PASSED, "no freeze window holds");
            return;
        }
        String why = frozen.get().words();
        if (overridden(PreflightCheck.FREEZE_WINDOW)) {
            add(
                    PreflightCheck.FREEZE_WINDOW,
                    Outcome.OVERRIDDEN,
                    why + "; overridden: " + operation.request().reason());
        } else if (!operation.planned()
                && sources.stream().anyMatch(c -> c.reach() != Reach.READY)) {
            add(
                    PreflightCheck.FREEZE_WINDOW,
                    Outcome.WARNING,
                    why + "; it does not hold a failover from a cluster that is silent");
        } else {
            fails(
                    PreflightCheck.FREEZE_WINDOW,
                    why
                            + "; where its policy lets you (preflight.overridable), add --override"
                            + " FreezeWindow --reason WHY");
        }
    }

    private boolean overridden(PreflightCheck check) {
        return !operation.request().automatic()
                && operation.request().overrides().contains(check)
                && view.policy().overridable(check);
    }

    /** What was settled before stays: a policy that is edited meanwhile can only add to it. */
    private Plan plan(List<Candidate> sources, Candidate target, Instant now) {
        Optional<Plan> settled = operation.plan();
        Set<HookPoint> hooks = new TreeSet<>(view.policy().hooks().keySet());
        settled.ifPresent(p -> hooks.addAll(p.hooks()));
        return new Plan(
                sources.stream().map(Candidate::uid).sorted().toList(),
                target.uid(),
                view.policy().demoteTimeout(),
                view.policy().verifyTimeout(),
                lastService(sources, now),
                greater(view.policy().minimumFence(), settled.flatMap(Plan::minimumFence)),
                greater(view.policy().attestations(), settled.flatMap(Plan::attestations)),
                view.policy().stabilize(),
                Optional.of(Approving.needed(view)).filter(n -> n > 0),
                List.copyOf(hooks));
    }

    private static <T extends Comparable<? super T>> Optional<T> greater(
            Optional<T> one, Optional<T> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /**
     * The cluster that the request's {@code to} means now, when one can take the role. Asked again
     * at the commit, for fencing may have taken hours.
     */
    static Optional<Candidate> targetNow(FailoverView view) {
        return new Preflight(view).target().found();
    }

    /** Why this cluster cannot take the role now; empty when it can. */
    static Optional<String> unfit(FailoverView view, Candidate cluster) {
        return new Preflight(view).unfit(cluster).map(Sought.Not::reason);
    }

    static boolean singleWriter(FailoverView view) {
        return view.operation().singleWriter() || view.policy().singleWriter();
    }

    private Sought<List<Candidate>> sources() {
        List<Uid> active = view.assignment().active();
        if (singleWriter(view) && !Suspicion.unsettled(view).isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app
                            + " had many writers until now, and "
                            + names(Suspicion.unsettled(view))
                            + " has not been told yet that it has one: try again in a moment");
        }
        if (singleWriter(view)
                && active.isEmpty()
                && view.assignment().epoch() > 0
                && operation.request().from().isEmpty()) {
            return new Sought.Found<>(List.of());
        }
        if (active.isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app + " is active nowhere: there is nothing to fail over from");
        }
        if (singleWriter(view) && active.size() > 1) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app
                            + " is a single writer and active on "
                            + names(active)
                            + ": which of them is right is not for a failover to decide");
        }
        if (!operation.request().from().isEmpty()) {
            return named(active);
        }
        List<Candidate> known = active.stream().flatMap(uid -> view.cluster(uid).stream()).toList();
        if (known.isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app + " is active on clusters that are gone: " + names(active));
        }
        if (active.size() == 1) {
            return new Sought.Found<>(known);
        }
        List<Candidate> silent =
                known.stream().filter(c -> c.reach() == Reach.UNREACHABLE).toList();
        return silent.isEmpty()
                ? new Sought.Not<>(
                        PreflightCheck.SOURCE_KNOWN,
                        app
                                + " is active on "
                                + names(active)
                                + " and all of them are heard: say with --from which to leave")
                : new Sought.Found<>(silent);
    }

    /** The clusters that the request names, each of which must be active. */
    private Sought<List<Candidate>> named(List<Uid> active) {
        List<Candidate> sources = new ArrayList<>();
        for (String name : new LinkedHashSet<>(operation.request().from())) {
            Optional<Candidate> cluster = named(name);
            if (cluster.isEmpty()) {
                return new Sought.Not<>(
                        PreflightCheck.SOURCE_KNOWN, "there is no cluster named " + name);
            }
            if (!active.contains(cluster.get().uid())) {
                return new Sought.Not<>(
                        PreflightCheck.SOURCE_KNOWN,
                        app + " is not active on " + name + ", it is active on " + names(active));
            }
            sources.add(cluster.get());
        }
        return new Sought.Found<>(sources);
    }

    private Sought<Candidate> target() {
        String to = operation.request().to();
        Optional<Candidate> cluster = named(to);
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
                                overridden(PreflightCheck.TARGET_ROOM)
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
                                operation.planned() && !overridden(PreflightCheck.TARGET_ROOM)
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
    private static Optional<String> full(Candidate cluster) {
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
        if (role.equals(Optional.of(Role.QUARANTINED))) {
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

    /**
     * Of a single writer service ends when its role is taken; of a silent source it ended when it
     * was last heard; a stateless source that is heard serves until the target does.
     */
    private Optional<Instant> lastService(List<Candidate> sources, Instant now) {
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> silent =
                sources.stream()
                        .filter(c -> c.reach() != Reach.READY)
                        .map(c -> c.lastHeard().orElse(now))
                        .min(Comparator.naturalOrder());
        return silent.isEmpty() && singleWriter(view) ? Optional.of(now) : silent;
    }

    private Optional<Role> role(Candidate cluster) {
        return view.assignment().member(cluster.uid()).map(Member::role);
    }

    private Optional<Candidate> named(String name) {
        return view.clusters().stream().filter(c -> c.name().equals(name)).findFirst();
    }

    private String names(List<Uid> clusters) {
        return Words.names(view, clusters);
    }
}
