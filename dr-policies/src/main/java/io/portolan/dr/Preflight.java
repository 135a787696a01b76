package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.placement.Assignment.Member;
import java.time.Instant;
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

    /** Ends the search with its reason; never leaves this class. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        Refusal(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }

    private final FailoverView view;
    private final String app;

    private Preflight(FailoverView view) {
        this.view = view;
        this.app = view.operation().applicationName();
    }

    static Finding of(FailoverView view, Instant now) {
        Preflight preflight = new Preflight(view);
        try {
            List<Candidate> sources = preflight.sources();
            Candidate target = preflight.target();
            return new Finding.Possible(
                    new Plan(
                            sources.stream().map(Candidate::uid).sorted().toList(),
                            target.uid(),
                            view.policy().demoteTimeout(),
                            view.policy().verifyTimeout(),
                            preflight.lastService(sources, now)));
        } catch (Refusal refusal) {
            return new Finding.Refused(refusal.reason);
        }
    }

    /**
     * The cluster that the request's {@code to} means now, when one can take the role. Asked again
     * at the commit, for fencing may have taken hours.
     */
    static Optional<Candidate> targetNow(FailoverView view) {
        try {
            return Optional.of(new Preflight(view).target());
        } catch (Refusal _) {
            return Optional.empty();
        }
    }

    /** Why this cluster cannot take the role now; empty when it can. */
    static Optional<String> unfit(FailoverView view, Candidate cluster) {
        return new Preflight(view).unfit(cluster);
    }

    static boolean singleWriter(FailoverView view) {
        return view.operation().singleWriter() || view.policy().singleWriter();
    }

    private List<Candidate> sources() {
        List<Uid> active = view.assignment().active();
        if (active.isEmpty()) {
            throw new Refusal(app + " is active nowhere: there is nothing to fail over from");
        }
        if (singleWriter(view) && active.size() > 1) {
            throw new Refusal(
                    app
                            + " is a single writer and active on "
                            + names(active)
                            + ": which of them is right is not for a failover to decide");
        }
        List<String> from = List.copyOf(new LinkedHashSet<>(view.operation().request().from()));
        if (!from.isEmpty()) {
            return from.stream().map(this::source).toList();
        }
        List<Candidate> silent =
                active.stream()
                        .flatMap(uid -> view.cluster(uid).stream())
                        .filter(c -> c.reach() == Reach.UNREACHABLE)
                        .toList();
        if (active.size() == 1) {
            return List.of(known(active.getFirst()));
        }
        if (silent.isEmpty()) {
            throw new Refusal(
                    app
                            + " is active on "
                            + names(active)
                            + " and all of them are heard: say with --from which to leave");
        }
        return silent;
    }

    private Candidate source(String name) {
        Candidate cluster =
                named(name).orElseThrow(() -> new Refusal("there is no cluster named " + name));
        if (!view.assignment().active().contains(cluster.uid())) {
            throw new Refusal(
                    app
                            + " is not active on "
                            + name
                            + ", it is active on "
                            + names(view.assignment().active()));
        }
        return cluster;
    }

    private Candidate target() {
        String to = view.operation().request().to();
        Optional<Candidate> cluster = named(to);
        if (cluster.isPresent()) {
            unfit(cluster.get())
                    .ifPresent(
                            why -> {
                                throw new Refusal(to + " cannot take " + app + ": " + why);
                            });
            return cluster.get();
        }
        List<Candidate> region =
                view.clusters().stream()
                        .filter(c -> c.region().equals(to) && !to.isEmpty())
                        .sorted(
                                Comparator.comparing((Candidate c) -> role(c).isEmpty())
                                        .thenComparing(Candidate::name))
                        .toList();
        if (region.isEmpty()) {
            throw new Refusal("there is no cluster and no region named " + to);
        }
        return region.stream()
                .filter(c -> unfit(c).isEmpty())
                .findFirst()
                .orElseThrow(
                        () ->
                                new Refusal(
                                        "no cluster of "
                                                + to
                                                + " can take "
                                                + app
                                                + ": "
                                                + region.stream()
                                                        .map(
                                                                c ->
                                                                        c.name()
                                                                                + ": "
                                                                                + unfit(c).orElse(
                                                                                                ""))
                                                        .collect(Collectors.joining("; "))));
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

    private Candidate known(Uid uid) {
        return view.cluster(uid)
                .orElseThrow(
                        () -> new Refusal(app + " is active on a cluster that is gone: " + uid));
    }

    private String names(List<Uid> clusters) {
        return Words.names(view, clusters);
    }
}
