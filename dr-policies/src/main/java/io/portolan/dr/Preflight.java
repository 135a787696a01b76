package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.placement.Assignment.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns the names of a request into clusters, or says why it cannot be done. Changes nothing. */
final class Preflight {
    /** What the preflight found. */
    sealed interface Finding {
        record Possible(Plan plan) implements Finding {}

        record Refused(String reason) implements Finding {}
    }

    /** The answer to a part of it. */
    private sealed interface Sought<T> {
        record Found<T>(T value) implements Sought<T> {}

        record Not<T>(String reason) implements Sought<T> {}
    }

    private final FailoverView view;
    private final String app;

    private Preflight(FailoverView view) {
        this.view = view;
        this.app = view.operation().applicationName();
    }

    static Finding of(FailoverView view, Instant now) {
        Preflight preflight = new Preflight(view);
        return switch (preflight.heardIfPlanned()) {
            case Sought.Not<List<Candidate>>(String reason) -> new Finding.Refused(reason);
            case Sought.Found<List<Candidate>>(List<Candidate> sources) ->
                    switch (preflight.target()) {
                        case Sought.Not<Candidate>(String reason) -> new Finding.Refused(reason);
                        case Sought.Found<Candidate>(Candidate target) ->
                                new Finding.Possible(preflight.plan(sources, target, now));
                    };
        };
    }

    private Plan plan(List<Candidate> sources, Candidate target, Instant now) {
        return new Plan(
                sources.stream().map(Candidate::uid).sorted().toList(),
                target.uid(),
                view.policy().demoteTimeout(),
                view.policy().verifyTimeout(),
                lastService(sources, now),
                view.policy().minimumFence(),
                view.policy().attestations());
    }

    /**
     * The cluster that the request's {@code to} means now, when one can take the role. Asked again
     * at the commit, for fencing may have taken hours.
     */
    static Optional<Candidate> targetNow(FailoverView view) {
        return switch (new Preflight(view).target()) {
            case Sought.Found<Candidate>(Candidate target) -> Optional.of(target);
            case Sought.Not<Candidate> _ -> Optional.empty();
        };
    }

    /** Why this cluster cannot take the role now; empty when it can. */
    static Optional<String> unfit(FailoverView view, Candidate cluster) {
        return new Preflight(view).unfit(cluster);
    }

    static boolean singleWriter(FailoverView view) {
        return view.operation().singleWriter() || view.policy().singleWriter();
    }

    /** A relocation leaves only clusters that answer: whoever does not is failed over from. */
    private Sought<List<Candidate>> heardIfPlanned() {
        Sought<List<Candidate>> sources = sources();
        if (!view.operation().request().planned()
                || !(sources instanceof Sought.Found<List<Candidate>>(List<Candidate> found))) {
            return sources;
        }
        Optional<Candidate> silent =
                found.stream().filter(c -> c.reach() != Reach.READY).findFirst();
        return silent.<Sought<List<Candidate>>>map(
                        c ->
                                new Sought.Not<>(
                                        c.name()
                                                + " is "
                                                + Words.silent(c)
                                                + ", and a relocation leaves only clusters that"
                                                + " answer; type: portolan failover "
                                                + app
                                                + " --tenant "
                                                + view.operation().tenant()))
                .orElse(sources);
    }

    private Sought<List<Candidate>> sources() {
        List<Uid> active = view.assignment().active();
        if (singleWriter(view) && !Suspicion.unsettled(view).isEmpty()) {
            return new Sought.Not<>(
                    app
                            + " had many writers until now, and "
                            + names(Suspicion.unsettled(view))
                            + " has not been told yet that it has one: try again in a moment");
        }
        if (singleWriter(view)
                && active.isEmpty()
                && view.assignment().epoch() > 0
                && view.operation().request().from().isEmpty()) {
            return new Sought.Found<>(List.of());
        }
        if (active.isEmpty()) {
            return new Sought.Not<>(app + " is active nowhere: there is nothing to fail over from");
        }
        if (singleWriter(view) && active.size() > 1) {
            return new Sought.Not<>(
                    app
                            + " is a single writer and active on "
                            + names(active)
                            + ": which of them is right is not for a failover to decide");
        }
        if (!view.operation().request().from().isEmpty()) {
            return named(active);
        }
        List<Candidate> known = active.stream().flatMap(uid -> view.cluster(uid).stream()).toList();
        if (known.isEmpty()) {
            return new Sought.Not<>(app + " is active on clusters that are gone: " + names(active));
        }
        if (active.size() == 1) {
            return new Sought.Found<>(known);
        }
        List<Candidate> silent =
                known.stream().filter(c -> c.reach() == Reach.UNREACHABLE).toList();
        return silent.isEmpty()
                ? new Sought.Not<>(
                        app
                                + " is active on "
                                + names(active)
                                + " and all of them are heard: say with --from which to leave")
                : new Sought.Found<>(silent);
    }

    /** The clusters that the request names, each of which must be active. */
    private Sought<List<Candidate>> named(List<Uid> active) {
        List<Candidate> sources = new ArrayList<>();
        for (String name : new LinkedHashSet<>(view.operation().request().from())) {
            Optional<Candidate> cluster = named(name);
            if (cluster.isEmpty()) {
                return new Sought.Not<>("there is no cluster named " + name);
            }
            if (!active.contains(cluster.get().uid())) {
                return new Sought.Not<>(
                        app + " is not active on " + name + ", it is active on " + names(active));
            }
            sources.add(cluster.get());
        }
        return new Sought.Found<>(sources);
    }

    private Sought<Candidate> target() {
        String to = view.operation().request().to();
        Optional<Candidate> cluster = named(to);
        boolean asked = cluster.isPresent() && !view.operation().request().automatic();
        if (asked) {
            return unfit(cluster.get())
                    .or(
                            () ->
                                    view.operation().request().planned()
                                            ? full(cluster.get())
                                            : Optional.empty())
                    .<Sought<Candidate>>map(
                            why -> new Sought.Not<>(to + " cannot take " + app + ": " + why))
                    .orElseGet(() -> new Sought.Found<>(cluster.get()));
        }
        // What central itself chose may be taken by the next one meanwhile: then another will do.
        boolean any = to.isEmpty() || view.operation().request().automatic();
        List<Candidate> there =
                view.clusters().stream()
                        .filter(c -> any || c.region().equals(to))
                        .sorted(
                                Comparator.comparing((Candidate c) -> !c.name().equals(to))
                                        .thenComparing(c -> role(c).isEmpty())
                                        .thenComparing(this::turn)
                                        .thenComparing(Candidate::name))
                        .toList();
        if (there.isEmpty()) {
            return new Sought.Not<>("there is no cluster and no region named " + to);
        }
        return there.stream()
                .filter(c -> unfit(c).isEmpty() && full(c).isEmpty())
                .findFirst()
                .<Sought<Candidate>>map(Sought.Found::new)
                .orElseGet(() -> new Sought.Not<>(nobody(any ? "" : to, there)));
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
                                                + unfit(c).or(() -> full(c))
                                                        .map(": "::concat)
                                                        .orElse(""))
                        .collect(Collectors.joining("; "));
    }

    private Optional<String> unfit(Candidate cluster) {
        Optional<Role> role = role(cluster);
        if (role.equals(Optional.of(Role.ACTIVE))) {
            return Optional.of("it is active there already");
        }
        if (isSource(cluster)) {
            return Optional.of("it is the cluster to leave");
        }
        if (role.equals(Optional.of(Role.QUARANTINED))) {
            return Optional.of("it is quarantined until its agent has shown that it runs nothing");
        }
        return switch (cluster.reach()) {
            case PENDING -> Optional.of("no agent has joined yet");
            case SUSPECT, UNREACHABLE -> Optional.of("it is " + Words.silent(cluster));
            case READY -> cluster.refusal();
        };
    }

    private boolean isSource(Candidate cluster) {
        return view.operation()
                .plan()
                .map(p -> p.sources().contains(cluster.uid()))
                .orElse(view.operation().request().from().contains(cluster.name()));
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
