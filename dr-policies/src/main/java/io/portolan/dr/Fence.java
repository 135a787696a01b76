package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus.Demotion;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Judges whether a source has stopped. By fence F2 of DESIGN.md section 7: its agent names the
 * sequence that demanded it, and a consistent list showed no pod, none of which only looks gone. Or
 * by F3: all that it can run ends itself when its grant runs out, and the longest grant has. Of a
 * source that is not heard, by what was read back of a hook that fences it (F4, F5).
 */
sealed interface Fence {
    /** It runs nothing, and cannot start again: its order is the newest that there is. */
    record Closed(Evidence proof) implements Fence {}

    /**
     * It may still run.
     *
     * @param why what is missing
     * @param hopeless whether waiting alone will not bring its own word
     * @param until when it will have fenced itself, if it does
     */
    record Open(Uid cluster, String why, boolean hopeless, Optional<Instant> until)
            implements Fence {}

    /**
     * @param now on the steady clock of who leads
     */
    static Fence of(FailoverView view, Uid source, Instant now) {
        Fence word = word(view, source, now);
        Optional<SelfFence> self = order(view, source).flatMap(Work::selfFence);
        if (!(word instanceof Open open) || self.isEmpty()) {
            return word;
        }
        Candidate cluster = view.cluster(source).orElseThrow();
        if (!FenceReach.fencesItself(cluster.work(), cluster.status())) {
            return new Open(
                    source,
                    open.why()
                            + " (it fences itself, but has not shown that nothing there runs"
                            + " without the guard)",
                    open.hopeless(),
                    Optional.empty());
        }
        Optional<Instant> until = cluster.revoked().map(at -> at.plus(self.get().runsOutIn()));
        if (until.filter(t -> !t.isAfter(now)).isPresent()) {
            return new Closed(
                    new Evidence.Expired(
                            source,
                            view.assignment().epoch(),
                            self.get().longest(),
                            Duration.between(cluster.revoked().orElseThrow(), now)));
        }
        return new Open(
                source,
                open.why()
                        + "; it fences itself: its last grant has run out "
                        + until.map(t -> "by " + t.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
                                .orElse(Words.duration(self.get().runsOutIn()) + " after that"),
                open.hopeless(),
                until);
    }

    /** Whether its agent has shown that it runs nothing, by its newest order. */
    static boolean shown(FailoverView view, Uid cluster) {
        return current(view, cluster).filter(Demotion::proves).isPresent();
    }

    private static Optional<Demotion> current(FailoverView view, Uid source) {
        Optional<Demotion> answer =
                view.cluster(source).flatMap(Candidate::status).flatMap(s -> s.demotion());
        return order(view, source)
                .flatMap(
                        w ->
                                answer.filter(
                                        d ->
                                                d.sequence() >= w.sequence()
                                                        && d.epoch() == w.epoch()));
    }

    /** By its agent's word. */
    private static Fence word(FailoverView view, Uid source, Instant now) {
        String app = view.operation().applicationName();
        String name = Words.name(view, source);
        Optional<Candidate> cluster = view.cluster(source);
        Optional<Work> order = order(view, source);
        Optional<Demotion> current = current(view, source);
        if (current.isPresent() && current.get().proves()) {
            return new Closed(
                    new Evidence.Demoted(source, current.get().sequence(), current.get().epoch()));
        }
        Optional<Evidence> readBack = HookedFencing.evidence(view, source, now);
        if (readBack.isPresent()) {
            return new Closed(readBack.get());
        }
        if (cluster.isEmpty()) {
            return new Open(source, name + " is no longer in the fleet", true, Optional.empty());
        }
        if (current.isPresent()) {
            return new Open(
                    source,
                    name
                            + ": pods were removed by force or from a node that is not ready, and"
                            + " may still run: "
                            + String.join(", ", current.get().vanished()),
                    true,
                    Optional.empty());
        }
        Optional<Work> tombstone = Suspicion.tombstone(cluster);
        if (tombstone.isPresent() && cluster.get().reach() == Reach.READY) {
            return new Open(
                    source, name + " to remove what it has of " + app, false, Optional.empty());
        }
        if (cluster.get().reach() != Reach.READY) {
            return new Open(
                    source,
                    name
                            + " is "
                            + Words.silent(cluster.get())
                            + ", and may still run "
                            + app
                            + HookedFencing.words(view, source),
                    true,
                    Optional.empty());
        }
        return new Open(
                source,
                order.map(
                                w ->
                                        name
                                                + " to show that no pod of "
                                                + app
                                                + " is left (order "
                                                + w.sequence()
                                                + " of epoch "
                                                + w.epoch()
                                                + ")")
                        .orElse("central's order to " + name + " to stop"),
                false,
                Optional.empty());
    }

    /**
     * The stored work that tells the source to stop. One of an older epoch is not it: what its
     * agent said of that one was said before the role was taken.
     */
    static Optional<Work> order(FailoverView view, Uid source) {
        return view.cluster(source)
                .flatMap(Candidate::work)
                .filter(w -> w.role() != Role.ACTIVE && !w.tombstone())
                .filter(w -> w.epoch() == view.assignment().epoch());
    }
}
