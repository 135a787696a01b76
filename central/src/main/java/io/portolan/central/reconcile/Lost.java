package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Store.Silence;
import io.portolan.dr.Brake;
import io.portolan.dr.FenceReach;
import io.portolan.dr.Flapping;
import io.portolan.dr.Judgement;
import io.portolan.dr.Judgement.Down;
import io.portolan.dr.Judgement.Verdict;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Losses;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.wire.Durations;
import io.portolan.placement.Heir;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import io.portolan.placement.select.TieBreak;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What follows for one application from clusters that it is active on and that are down: a word to
 * the operator, or a failover that nobody typed ({@link Judgement} decides which).
 *
 * @param failover to be begun
 * @param again when to look anew if nothing happens
 */
record Lost(Optional<Condition> condition, Optional<Failover> failover, Optional<Instant> again) {
    static final String PROPOSED = "FailoverProposed";

    /** A cluster that fits may come by itself; nothing tells when. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    /** A name has at most 63 characters; a dash and nine of the operation's id are its end. */
    private static final int LONGEST_STEM = 53;

    private static final int SUFFIX = 9;

    static Lost of(
            View view,
            Thresholds thresholds,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            Policies.Found policies) {
        DrPolicySpec policy = policies.disasterRecovery();
        Thresholds own = thresholds.as(policy.detection());
        List<Down> down = down(view, own, assignment);
        if (down.isEmpty()) {
            return suspected(view, own, policy, application, assignment);
        }
        Verdict verdict =
                Judgement.of(
                        policy,
                        assignment.active().size(),
                        down,
                        () -> brake(view, thresholds),
                        StatusReconciler.automatic(view.image(), application.uid()),
                        view.now());
        return switch (verdict) {
            case Verdict.Nothing _ ->
                    new Lost(Optional.empty(), Optional.empty(), Optional.empty());
            case Verdict.Told(String reason, String told, Optional<Instant> again) ->
                    told(view, application, reason, told, again);
            case Verdict.FailOver(List<Down> from, String why)
                    when policies.disasterRecovery().singleWriter()
                            && !fenceThemselves(view.image(), application.uid(), from) ->
                    told(
                            view,
                            application,
                            "Unfenced",
                            why
                                    + "; no automatic failover: it has not shown that it fences"
                                    + " itself there, so somebody has to vouch for it",
                            Optional.empty());
            case Verdict.FailOver(List<Down> from, String why) ->
                    target(view, own, application, assignment, policies, from)
                            .map(to -> begun(failover(application, from, to, why, view.now())))
                            .orElseGet(
                                    () ->
                                            told(
                                                    view,
                                                    application,
                                                    "NoTarget",
                                                    why + "; no other cluster fits",
                                                    Optional.of(view.now().plus(AGAIN))));
        };
    }

    /** Else a failover would take the role from what may still serve, and then wait for a word. */
    private static boolean fenceThemselves(FleetImage image, Uid application, List<Down> from) {
        return from.stream()
                .map(Down::cluster)
                .allMatch(
                        c ->
                                FenceReach.fencesItself(
                                        Optional.ofNullable(image.works(application).get(c))
                                                .map(Held::value),
                                        Optional.ofNullable(image.reports(application).get(c))
                                                .map(Held::value)));
    }

    private static Lost begun(Failover failover) {
        return new Lost(Optional.empty(), Optional.of(failover), Optional.empty());
    }

    private static Lost told(
            View view,
            Resource<ApplicationSpec> application,
            String reason,
            String told,
            Optional<Instant> again) {
        Metadata metadata = application.metadata();
        String command =
                "; type: portolan failover " + metadata.name() + " --tenant " + metadata.tenant();
        return new Lost(
                Optional.of(
                        new Condition(PROPOSED, Truth.TRUE, reason, told + command, view.now())),
                Optional.empty(),
                again);
    }

    /** A proposal that was not there, or had another reason: it is stored with the condition. */
    Optional<EventRecord> news(View view, Uid application) {
        Optional<String> before =
                view.image()
                        .applicationStatus(application)
                        .flatMap(h -> Condition.find(h.value().conditions(), PROPOSED))
                        .map(Condition::reason);
        return condition
                .filter(c -> !before.equals(Optional.of(c.reason())))
                .map(
                        c ->
                                new EventRecord(
                                        application,
                                        view.now(),
                                        Severity.WARNING,
                                        "Failover" + c.reason(),
                                        c.message(),
                                        "central"));
    }

    EventRecord event(Failover begun) {
        return new EventRecord(
                begun.application(),
                begun.requestedAt(),
                Severity.WARNING,
                "FailoverRequested",
                begun.name()
                        + " to "
                        + begun.request().destination()
                        + ", by its policy: "
                        + begun.request().reason(),
                "central");
    }

    private static List<Down> down(View view, Thresholds own, Assignment assignment) {
        List<Down> out = new ArrayList<>();
        for (Uid cluster : assignment.active()) {
            Optional.ofNullable(view.silences().get(cluster))
                    .flatMap(s -> down(view, own, cluster, s))
                    .ifPresent(out::add);
        }
        return out;
    }

    private static Optional<Down> down(View view, Thresholds own, Uid cluster, Silence silence) {
        Optional<Duration> time = own.down(silence.since());
        if (time.isEmpty()) {
            return Optional.empty();
        }
        List<Probed> words = words(view, cluster, silence);
        return Optional.of(
                new Down(
                        cluster,
                        view.image().clusterName(cluster),
                        silence.since(),
                        longer(time.get(), lost(view, own, cluster)),
                        silence.lastHeard(),
                        words.size(),
                        (int) words.stream().filter(Probed::reached).count()));
    }

    /** What agents that are heard have found of this very silence. */
    private static List<Probed> words(View view, Uid cluster, Silence silence) {
        if (view.image().candidate(cluster).filter(c -> c.spec().probe().isPresent()).isEmpty()) {
            return List.of();
        }
        return view.image().clusters().stream()
                .filter(peer -> view.image().reach(peer) == Reach.READY)
                .flatMap(peer -> view.image().observation(peer).stream())
                .flatMap(o -> o.value().probed().stream())
                .filter(p -> p.cluster().equals(cluster))
                .filter(p -> p.silentSince().equals(silence.lastHeard()))
                .toList();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /**
     * For how long it has been lost, short returns aside: one that is heard now and then is not
     * back. What an earlier leader noted counts from when this one began to lead.
     */
    private static Duration lost(View view, Thresholds own, Uid cluster) {
        return losses(view, cluster)
                .filter(l -> Flapping.returning(l, own.back(), view.led(), view.now()))
                .map(l -> l.downSince().isAfter(view.led()) ? l.downSince() : view.led())
                .map(since -> Duration.between(since, view.now()))
                .orElse(Duration.ZERO);
    }

    private static Optional<Losses> losses(View view, Uid cluster) {
        return view.image().clusterStatus(cluster).flatMap(h -> h.value().losses());
    }

    /** Silent, and not believed to be down yet: told where the policy says from when on. */
    private static Lost suspected(
            View view,
            Thresholds own,
            DrPolicySpec policy,
            Resource<ApplicationSpec> application,
            Assignment assignment) {
        List<String> silent = new ArrayList<>();
        Optional<Instant> again = Optional.empty();
        if (policy.detect().isEmpty() || policy.trigger() == DrPolicySpec.Trigger.MANUAL) {
            return new Lost(Optional.empty(), Optional.empty(), again);
        }
        for (Uid cluster : assignment.active()) {
            Optional<Silence> silence = Optional.ofNullable(view.silences().get(cluster));
            if (silence.isEmpty() || view.image().reach(cluster) == Reach.READY) {
                continue;
            }
            Duration since = silence.get().since();
            boolean suspect = since.compareTo(own.suspect()) >= 0;
            if (suspect) {
                silent.add(
                        view.image().clusterName(cluster)
                                + " is not heard since "
                                + silence.get().lastHeard().truncatedTo(ChronoUnit.SECONDS));
            }
            Instant next =
                    view.now().plus((suspect ? own.unreachable() : own.suspect()).minus(since));
            again = again.filter(next::isAfter).or(() -> Optional.of(next));
        }
        return silent.isEmpty()
                ? new Lost(Optional.empty(), Optional.empty(), again)
                : told(
                        view,
                        application,
                        "Suspect",
                        String.join(", ", silent)
                                + ", and is believed to be down after "
                                + Durations.format(own.unreachable()),
                        again);
    }

    static Brake brake(View view, Thresholds thresholds) {
        List<Silence> joined =
                view.image().clusters().stream()
                        .flatMap(c -> Optional.ofNullable(view.silences().get(c)).stream())
                        .toList();
        List<Duration> silent =
                joined.stream()
                        .map(Silence::since)
                        .filter(s -> s.compareTo(thresholds.suspect()) >= 0)
                        .toList();
        return new Brake(
                joined.size(),
                silent,
                Duration.between(view.led(), view.now()),
                Duration.between(view.heard(), view.now()),
                thresholds.share(),
                view.trouble());
    }

    /**
     * The best cluster that placement would add if those were gone, heard now and for long enough.
     */
    private static Optional<String> target(
            View view,
            Thresholds own,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            Policies.Found policies,
            List<Down> from) {
        FleetImage image = view.image();
        Set<Uid> lost =
                from.stream().map(Down::cluster).collect(Collectors.toCollection(TreeSet::new));
        assignment.members().stream()
                .filter(m -> m.role() == Role.QUARANTINED)
                .forEach(m -> lost.add(m.cluster()));
        view.image().clusters().stream()
                .filter(
                        c ->
                                losses(view, c)
                                        .filter(
                                                l ->
                                                        Flapping.returning(
                                                                l,
                                                                own.back(),
                                                                view.led(),
                                                                view.now()))
                                        .isPresent())
                .forEach(lost::add);
        Needs needs = Asking.needs(view, application, policies, assignment).without(lost);
        PlacementDecision decision =
                Scheduler.place(
                        image.fleet(),
                        policies.placement(),
                        needs,
                        TieBreak.seed(application.uid()));
        List<Uid> active = assignment.active();
        return Heir.first(application.uid(), decision, c -> !active.contains(c))
                .map(image::clusterName);
    }

    private static Failover failover(
            Resource<ApplicationSpec> application,
            List<Down> from,
            String to,
            String why,
            Instant now) {
        return operation(
                application,
                new Failover.Request(
                        to,
                        from.stream().map(Down::name).sorted().toList(),
                        why,
                        Failover.Request.BY_POLICY),
                now);
    }

    /** One that nobody typed. */
    static Failover operation(
            Resource<ApplicationSpec> application, Failover.Request request, Instant now) {
        Metadata metadata = application.metadata();
        // Central decides without randomness; an application has one operation at a time.
        UUID uid =
                UUID.nameUUIDFromBytes(
                        (application.uid() + " " + now.truncatedTo(ChronoUnit.MILLIS))
                                .getBytes(StandardCharsets.UTF_8));
        String stem =
                metadata.name().substring(0, Math.min(metadata.name().length(), LONGEST_STEM));
        return Failover.requested(
                new Uid(uid.toString()),
                metadata.tenant(),
                stem + "-" + uid.toString().replace("-", "").substring(0, SUFFIX),
                application.uid(),
                metadata.name(),
                request,
                now);
    }
}
