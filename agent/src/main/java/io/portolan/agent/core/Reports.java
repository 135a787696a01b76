package io.portolan.agent.core;

import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Trouble;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Orphan;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import io.portolan.model.wire.AgentMessages.Report;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What central is told, batch after batch: at most one is on its way. */
final class Reports {
    private static final int STATUSES = 200;
    private static final int EVENTS = 200;
    private static final int REMEMBERED_EVENTS = 64;

    private final Desk desk;
    private final Namespaces namespaces;
    private final Pods pods;
    private final Session session;
    private final Sweep sweep;

    private long lastBatch;
    private long sending;
    private int failures;
    private @Nullable Report outstanding;

    /** Of a report that central refused: sent before anything new, each on its own. */
    private final ArrayDeque<Refusals.Part> parts = new ArrayDeque<>();

    private String kubernetesVersion = "";
    private List<String> apiKinds = List.of();
    private List<Probed> probed = List.of();
    private Optional<Capacity> capacity = Optional.empty();
    private @Nullable Observation observed;
    private final List<AgentEvent> events = new ArrayList<>();

    Reports(Desk desk, Namespaces namespaces, Pods pods, Session session, Sweep sweep) {
        this.desk = desk;
        this.sweep = sweep;
        this.namespaces = namespaces;
        this.pods = pods;
        this.session = session;
    }

    /** A new session: central is told everything again. */
    void restart() {
        lastBatch = 0;
        sending = 0;
        failures = 0;
        outstanding = null;
        observed = null;
        parts.clear();
        sayAll();
    }

    private void sayAll() {
        for (Application application : desk.applications.values()) {
            application.reported = null;
            desk.talkative.add(application.uid());
        }
        desk.reportSoon();
    }

    /**
     * Nothing is told of room until a node has taken pods: an API server alone has no room to tell,
     * and nodes that an autoscaler makes for pods that wait, or virtual ones behind taints, are
     * room that nobody can count. A cluster whose nodes have gone, or take none any more, has none.
     *
     * @param now absent where it could not be measured, which leaves what was
     */
    void measured(Optional<Capacity> now) {
        if (now.filter(c -> c.nodes() > 0 || capacity.isPresent()).isPresent()) {
            capacity = now;
            desk.reportSoon();
        }
    }

    /** What was found for central of other clusters. */
    void probed(List<Probed> found) {
        if (!probed.equals(found)) {
            probed = found;
            desk.reportSoon();
        }
    }

    void discovered(String version, List<String> kinds) {
        kubernetesVersion = version;
        apiKinds = kinds;
        desk.reportSoon();
    }

    void due() {
        if (!session.open() || outstanding != null) {
            return;
        }
        Refusals.Part part = parts.poll();
        if (part != null) {
            send(part.report(session.number(), ++lastBatch));
            return;
        }
        List<WorkStatus> statuses = statuses();
        Observation observation = observation();
        boolean news = !observation.equals(observed);
        events.addAll(desk.news);
        desk.news.clear();
        if (statuses.isEmpty() && events.isEmpty() && !news) {
            return;
        }
        observed = observation;
        send(
                new Report(
                        session.number(),
                        ++lastBatch,
                        statuses,
                        news ? Optional.of(observation) : Optional.empty(),
                        List.copyOf(events)));
        events.clear();
    }

    private List<WorkStatus> statuses() {
        List<WorkStatus> statuses = new ArrayList<>();
        Iterator<Uid> talkative = desk.talkative.iterator();
        Instant soonest = null;
        while (talkative.hasNext() && statuses.size() < STATUSES) {
            Application application = desk.applications.get(talkative.next());
            if (application == null) {
                talkative.remove();
                continue;
            }
            WorkStatus status = Statuses.of(application, namespaces, pods, desk.now);
            WorkStatus former = application.reported;
            Instant allowed = allowed(application, former, status);
            if (status.equals(former)) {
                talkative.remove();
            } else if (allowed.isAfter(desk.now)) {
                soonest = soonest == null || allowed.isBefore(soonest) ? allowed : soonest;
            } else {
                talkative.remove();
                tell(application, status);
                application.reported = status;
                application.reportedAt = desk.now;
                statuses.add(status);
            }
        }
        if (soonest != null) {
            desk.agenda.put(new Agenda.Due.Reports(), soonest);
        }
        return statuses;
    }

    /** The first word on a new application waits for its objects, which take a moment only. */
    private Instant allowed(
            Application application, @Nullable WorkStatus former, WorkStatus status) {
        if (former == null) {
            boolean begun =
                    status.role() == Role.ACTIVE
                            && status.appliedSequence() != status.sequence()
                            && status.troubles().isEmpty();
            return begun && application.takenAt.isAfter(Instant.MIN)
                    ? application.takenAt.plus(desk.settings.healthEvery())
                    : Instant.MIN;
        }
        return important(former, status)
                ? Instant.MIN
                : application.reportedAt.plus(desk.settings.healthEvery());
    }

    /** Worth more than its share of the wire: someone waits for it. */
    private static boolean important(WorkStatus former, WorkStatus now) {
        return former.sequence() != now.sequence()
                || former.appliedSequence() != now.appliedSequence()
                || former.removed() != now.removed()
                || former.role() != now.role()
                || !former.demotion().equals(now.demotion())
                || !former.pods().equals(now.pods())
                || !former.outcome().equals(now.outcome())
                || (former.health() != now.health() && now.health() == Health.HEALTHY);
    }

    private void tell(Application application, WorkStatus status) {
        for (Trouble trouble : status.troubles()) {
            boolean worth = trouble.health().compareTo(Health.UNKNOWN) > 0;
            String key = trouble.object() + " " + trouble.reason();
            if (worth && events.size() < EVENTS && application.told.add(key)) {
                events.add(
                        new AgentEvent(
                                application.uid(),
                                desk.now.toEpochMilli(),
                                true,
                                trouble.reason(),
                                trouble.object() + ": " + trouble.message()));
            }
        }
        if (status.health() == Health.HEALTHY || application.told.size() > REMEMBERED_EVENTS) {
            application.told.clear();
        }
    }

    private Observation observation() {
        List<String> orphans =
                Stream.concat(
                                desk.applications.values().stream()
                                        .filter(a -> a.orphan)
                                        .map(Reports::orphan),
                                sweep.orphans().stream())
                        .sorted()
                        .toList();
        return new Observation(
                desk.settings.version(),
                kubernetesVersion,
                capacity,
                apiKinds,
                orphans,
                List.of(
                        AgentMessages.GIVES_UP,
                        AgentMessages.PROBES,
                        AgentMessages.STANDS_BY,
                        AgentMessages.RUNS_ONCE),
                desk.settings.guarding(),
                probed);
    }

    private static String orphan(Application application) {
        Work work = application.work;
        return new Orphan(work.tenant(), work.name(), work.application()).written();
    }

    private void send(Report report) {
        outstanding = report;
        sending = desk.ask(id -> new Effect.SendReport(id, report, failures));
    }

    void acked(long effect, long durable) {
        Report sent = outstanding;
        if (effect != sending || sent == null) {
            return;
        }
        failures = 0;
        outstanding = null;
        lastBatch = durable;
        forgetRemoved(sent);
        due();
    }

    /** Central has a batch of ours, only not the one before this: count on from there. */
    void rejected(long effect, long durable) {
        Report sent = outstanding;
        if (effect != sending || sent == null) {
            return;
        }
        if (durable == sent.batch()) {
            acked(effect, durable);
            return;
        }
        outstanding = null;
        lastBatch = durable;
        observed = null;
        events.addAll(sent.events());
        sayAll();
        due();
    }

    void failed(long effect, String why) {
        Report sent = outstanding;
        if (effect != sending || sent == null || !session.open()) {
            return;
        }
        failures++;
        if (Refusals.poisonous(why, failures)) {
            List<Refusals.Part> smaller = Refusals.split(sent, why);
            for (Refusals.Part part : smaller.reversed()) {
                parts.addFirst(part);
            }
            failures = 0;
            outstanding = null;
            lastBatch = sent.batch() - 1;
            due();
        } else {
            send(sent);
        }
    }

    /** Central knows durably that nothing is left, so the agent need not remember it either. */
    private void forgetRemoved(Report sent) {
        List<Change> changes = new ArrayList<>();
        for (WorkStatus status : sent.statuses()) {
            Application application = desk.applications.get(status.application());
            if (status.removed()
                    && application != null
                    && pods.removed(application)
                    && application.work.sequence() == status.sequence()) {
                desk.applications.remove(status.application());
                changes.add(new Change.DropApplication(status.application()));
            }
        }
        if (!changes.isEmpty()) {
            desk.persist(changes);
        }
    }
}
