package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.render.ComponentRenderer;
import io.portolan.central.render.GuardTarget;
import io.portolan.central.render.Rendered;
import io.portolan.central.render.Target;
import io.portolan.central.store.Row;
import io.portolan.dr.Suspicion;
import io.portolan.model.Digest;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Role;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Guarding;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Works follow from an assignment: each member has one, whoever is no member gets a tombstone, and
 * a tombstone that was carried out is forgotten. Who commits an assignment commits these with it.
 *
 * <p>A generation is rendered once for each cluster and part of what is divided: a new version of
 * central changes the content of running applications only with their next generation.
 */
public final class Works {
    private final FleetImage image;
    private final Resource<ApplicationSpec> application;
    private final DrPolicySpec policy;
    private final boolean singleWriter;
    private final Optional<Duration> grant;
    private final Outcome.Draft out;
    private @Nullable Rendered forAll;

    private Works(
            FleetImage image,
            Resource<ApplicationSpec> application,
            DrPolicySpec policy,
            boolean singleWriter,
            Outcome.Draft out) {
        this.image = image;
        this.application = application;
        this.policy = policy;
        this.singleWriter = singleWriter;
        this.grant = policy.grant().filter(_ -> singleWriter);
        this.out = out;
    }

    /**
     * Adds what is missing to the outcome. Returns the works as they will be, by cluster.
     *
     * @param policy how long grants are where the application fences itself, and what its standbys
     *     have ready
     */
    public static SequencedMap<Uid, Work> follow(
            FleetImage image,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            boolean singleWriter,
            DrPolicySpec policy,
            Outcome.Draft out) {
        return new Works(image, application, policy, singleWriter, out).follow(assignment);
    }

    private SequencedMap<Uid, Work> follow(Assignment assignment) {
        SequencedMap<Uid, Work> result = new TreeMap<>();
        SequencedMap<Uid, Held<Work>> existing = image.works(application.uid());
        for (Member member : assignment.members()) {
            Optional<Held<Work>> former = Optional.ofNullable(existing.get(member.cluster()));
            result.put(member.cluster(), work(assignment, member, former));
        }
        existing.forEach(
                (cluster, held) -> {
                    if (!result.containsKey(cluster)) {
                        leave(held, assignment.epoch()).ifPresent(w -> result.put(cluster, w));
                    }
                });
        if (!Recovery.unsettled(image, assignment)) {
            forgetStrayReports(existing, result);
        }
        return result;
    }

    private Work work(Assignment assignment, Member member, Optional<Held<Work>> seen) {
        Optional<Work> former = seen.map(Held::value);
        long sequence = next(member.cluster(), former);
        Optional<StandbyLevel> standby =
                StandbyLevels.asked(image, policy, singleWriter, assignment, member);
        boolean idle = member.role() != Role.ACTIVE && standby.filter(StandbyLevel::runs).isEmpty();
        Optional<SelfFence> fence = selfFence(member, idle, sequence, former);
        // What is kept says that it was rendered with the guard, which takes a door.
        boolean doorless = fence.isPresent() && guarding(member.cluster()).isEmpty();
        Optional<Work> rendered =
                former.filter(w -> !w.tombstone()).filter(w -> doorless || alike(member, w, fence));
        long generation =
                rendered.map(Work::generation).orElse(application.metadata().generation());
        Optional<Rendered> content =
                rendered.isPresent() ? Optional.empty() : Optional.of(render(member, fence));
        Optional<Digest> digest =
                content.map(Rendered::digest).or(() -> former.flatMap(Work::content));
        Work wanted =
                new Work(
                        application.uid(),
                        application.metadata().tenant(),
                        application.metadata().name(),
                        member.cluster(),
                        member.role(),
                        generation,
                        assignment.epoch(),
                        0,
                        digest,
                        singleWriter,
                        Adopting.all(application.metadata()),
                        held(),
                        Adopting.objects(application.metadata()),
                        Optional.empty(),
                        fence,
                        standby,
                        Optional.empty());
        if (former.isPresent() && !wanted.differs(former.get())) {
            return former.get();
        }
        content.ifPresent(c -> out.content(c.digest(), c.bytes()));
        if (former.isEmpty()) {
            // A cluster that is deleted or cordoned meanwhile takes nothing new.
            image.cluster(member.cluster()).ifPresent(out::require);
        }
        return put(wanted, sequence, seen);
    }

    /**
     * Whatever runs nothing keeps what it was last run with: that is what a failover has to know,
     * whatever becomes of the policy meanwhile. A standby of many writers that runs is given no
     * grant, so its guard would start nothing. A cluster whose agent opens no door for guards runs
     * without one, and its loss needs somebody's word. What does not run there and was rendered
     * with the guard is not rendered anew until there is a door again.
     */
    private Optional<SelfFence> selfFence(
            Member member, boolean idle, long sequence, Optional<Work> former) {
        Optional<SelfFence> was = former.filter(w -> !w.tombstone()).flatMap(Work::selfFence);
        if (was.isPresent() && idle) {
            return was;
        }
        Optional<Guarding> guarding = guarding(member.cluster());
        if (grant.isEmpty() || guarding.isEmpty()) {
            return Optional.empty();
        }
        SelfFence next =
                SelfFence.after(
                        grant.get(),
                        guarding.get().url(),
                        sequence,
                        was,
                        former.filter(w -> w.role() == Role.STANDBY).isPresent());
        return Optional.of(next);
    }

    private boolean alike(Member member, Work former, Optional<SelfFence> fence) {
        return former.generation() == member.generation()
                && replicas(member.cluster()).equals(member.replicas())
                && url(former.selfFence()).equals(url(fence));
    }

    private Optional<Guarding> guarding(Uid cluster) {
        return image.observation(cluster).map(Held::value).flatMap(Observation::guarding);
    }

    private static Optional<String> url(Optional<SelfFence> fence) {
        return fence.map(SelfFence::url);
    }

    /** A failover was asked for by name, so it lifts the pause for as long as it is live. */
    private boolean held() {
        return application.spec().paused() && image.operationOn(application.uid()).isEmpty();
    }

    /** What to do about a work whose cluster is no member any more. */
    private Optional<Work> leave(Held<Work> held, long epoch) {
        Work work = held.value();
        Optional<Held<WorkStatus>> report =
                Optional.ofNullable(image.reports(application.uid()).get(work.cluster()));
        boolean gone =
                work.tombstone()
                        && report.filter(r -> r.value().removed())
                                .filter(r -> r.value().sequence() >= work.sequence())
                                .isPresent();
        if (gone) {
            out.delete(held);
            report.ifPresent(out::delete);
            return Optional.empty();
        }
        Ending ending = Ends.of(application.metadata());
        boolean stale = work.epoch() < image.firstEpoch() && image.firstEpoch() <= epoch;
        boolean said = work.tombstone() && work.ending().equals(Optional.of(ending)) && !stale;
        if (said || (ending == Ending.KEEP && mustStop(image, work))) {
            return Optional.of(work);
        }
        return Optional.of(
                put(
                        tombstone(work, ending, epoch),
                        next(work.cluster(), Optional.of(work)),
                        Optional.of(held)));
    }

    /** What may run twice is given up when it has shown that it stopped, not before. */
    static boolean mustStop(FleetImage image, Work work) {
        return work.role() == Role.QUARANTINED
                && !work.tombstone()
                && !Members.proves(image, work.application(), work.cluster());
    }

    /**
     * Of a single writer it keeps in mind whether the cluster may run it until it is carried out.
     * What is given up keeps its role, so that an agent which cannot give up goes on as it is.
     */
    private static Work tombstone(Work work, Ending ending, long epoch) {
        boolean suspect = work.singleWriter() && Suspicion.of(work);
        Role role = ending == Ending.KEEP ? work.role() : suspect ? Role.QUARANTINED : Role.STANDBY;
        return work.ended(ending, role, Math.max(work.epoch(), epoch));
    }

    /**
     * The first sequence is greater than the revision of the image. A sequence rises by one and a
     * revision by at least one with each commit, so it is greater than that of any former work of
     * this application on this cluster, though its row is gone.
     */
    private long next(Uid cluster, Optional<Work> former) {
        long reported =
                Optional.ofNullable(image.reports(application.uid()).get(cluster))
                        .map(r -> r.value().sequence())
                        .orElse(0L);
        return Math.max(former.map(Work::sequence).orElse(image.revision()), reported) + 1;
    }

    private Work put(Work wanted, long sequence, Optional<Held<Work>> seen) {
        Work work = wanted.withSequence(sequence);
        out.put(new Row.WorkRow(work), seen);
        return work;
    }

    /** Reports of what central wants no more, such as one that came after the removal. */
    private void forgetStrayReports(Map<Uid, Held<Work>> existing, Map<Uid, Work> result) {
        image.reports(application.uid())
                .forEach(
                        (cluster, report) -> {
                            if (!existing.containsKey(cluster) && !result.containsKey(cluster)) {
                                out.delete(report);
                            }
                        });
    }

    /** The part that what is there was rendered for: works are committed with their assignment. */
    private Map<String, Integer> replicas(Uid cluster) {
        return image.assignment(application.uid())
                .flatMap(a -> a.value().member(cluster))
                .map(Member::replicas)
                .orElse(Map.of());
    }

    private Rendered render(Member member, Optional<SelfFence> fence) {
        Uid cluster = member.cluster();
        @Nullable Rendered known = forAll;
        boolean same = member.replicas().isEmpty() && fence.isEmpty();
        if (known != null && same) {
            return known;
        }
        Optional<GuardTarget> guard =
                fence.flatMap(
                        f ->
                                guarding(cluster)
                                        .map(g -> new GuardTarget(cluster, f.url(), g.image())));
        Target target =
                image.candidate(cluster)
                        .map(
                                c ->
                                        new Target(
                                                c.name(),
                                                c.spec().location().region(),
                                                member.replicas(),
                                                guard))
                        .orElseGet(() -> new Target(cluster.value(), "", member.replicas(), guard));
        Rendered rendered = ComponentRenderer.render(application, target);
        boolean alike =
                application.spec().components().stream()
                        .allMatch(c -> c.source() instanceof Component.Manifests);
        if (alike && same) {
            forAll = rendered;
        }
        return rendered;
    }
}
