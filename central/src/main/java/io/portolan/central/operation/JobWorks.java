package io.portolan.central.operation;

import io.portolan.central.hook.Answers;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Outcome;
import io.portolan.central.reconcile.View;
import io.portolan.central.render.JobRenderer;
import io.portolan.central.render.Rendered;
import io.portolan.central.store.Row;
import io.portolan.dr.FailoverView.JobSeen;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.JobOrder;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.HookRun;
import io.portolan.model.wire.AgentMessages;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Hooks' Jobs as works: each is a work of its own, that no assignment knows. Goals: an attempt is
 * made once; the next one begins when nothing of it runs any more; none outlives its operation.
 *
 * <p>Method: an order that is awaited has a work; a work without an order gets a tombstone; a
 * tombstone that was carried out is forgotten. There is one work for each point and cluster, so
 * that an attempt waits until the agent has said that nothing of the one before is left.
 */
final class JobWorks {
    private final FleetImage image;
    private final Instant now;
    private final Outcome.Draft out;

    private JobWorks(View view, Outcome.Draft out) {
        this.image = view.image();
        this.now = view.now();
        this.out = out;
    }

    /**
     * Adds what is missing to the outcome.
     *
     * @param orders all of the operation; none where it has ended or is gone
     */
    static void follow(View view, Uid operation, List<JobOrder> orders, Outcome.Draft out) {
        JobWorks works = new JobWorks(view, out);
        for (Uid step : view.image().jobs(operation)) {
            view.image().works(step).values().forEach(held -> works.settle(held, orders));
        }
        orders.stream().filter(JobOrder::awaited).forEach(works::begin);
    }

    private void settle(Held<Work> held, List<JobOrder> orders) {
        Work work = held.value();
        Optional<Held<WorkStatus>> report = report(work);
        if (work.tombstone()) {
            if (report.filter(r -> r.value().removed())
                    .filter(r -> r.value().sequence() >= work.sequence())
                    .isPresent()) {
                out.delete(held);
                report.ifPresent(out::delete);
            }
            return;
        }
        boolean ended = report.flatMap(r -> r.value().outcome()).isPresent();
        boolean stays =
                orders.stream()
                        .filter(o -> is(work, o.where().cluster(), o.key(), o.attempt()))
                        .anyMatch(o -> o.awaited() || ended);
        if (!stays) {
            put(work.ended(Ending.DELETE, Role.STANDBY, work.epoch()), Optional.of(held));
        }
        if (!stays && !ended) {
            work.once().ifPresent(once -> out.event(unfinished(work, once)));
        }
    }

    private EventRecord unfinished(Work work, RunOnce once) {
        return new EventRecord(
                once.application(),
                now,
                EventRecord.Severity.WARNING,
                "HookJobUnfinished",
                "job "
                        + work.name()
                        + " in "
                        + image.clusterName(work.cluster())
                        + " is removed before anybody told of its end, as soon as that cluster is"
                        + " heard",
                "central");
    }

    private void begin(JobOrder order) {
        Uid cluster = order.where().cluster();
        Uid step = step(order.about().operationUid(), order.point());
        if (image.works(step).containsKey(cluster) || unable(image, cluster)) {
            return;
        }
        image.cluster(cluster)
                .ifPresent(
                        there -> {
                            out.require(there);
                            Rendered rendered = JobRenderer.render(order, step);
                            out.content(rendered.digest(), rendered.bytes());
                            put(work(order, step, rendered), Optional.empty());
                        });
    }

    private Work work(JobOrder order, Uid step, Rendered rendered) {
        return new Work(
                step,
                order.about().tenant(),
                order.where().name(),
                order.where().cluster(),
                Role.ACTIVE,
                1,
                order.about().epoch(),
                0,
                Optional.of(rendered.digest()),
                false,
                false,
                false,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        new RunOnce(
                                order.about().operationUid(),
                                order.application(),
                                order.key(),
                                order.attempt(),
                                order.timeout())));
    }

    /** Sequences rise as those of applications do, over all attempts. */
    private void put(Work work, Optional<Held<Work>> seen) {
        long former =
                Math.max(
                        seen.map(h -> h.value().sequence()).orElse(image.revision()),
                        report(work).map(r -> r.value().sequence()).orElse(0L));
        out.put(new Row.WorkRow(work.withSequence(former + 1)), seen);
    }

    private Optional<Held<WorkStatus>> report(Work work) {
        return report(image, work.application(), work.cluster());
    }

    private static Optional<Held<WorkStatus>> report(FleetImage image, Uid step, Uid cluster) {
        return Optional.ofNullable(image.reports(step).get(cluster));
    }

    /** What came of the Jobs that are awaited, as far as it is known. */
    static List<HookAnswer> answers(FleetImage image, Failover operation) {
        return operation.hooks().stream()
                .flatMap(run -> answer(image, operation, run).stream())
                .toList();
    }

    private static Optional<HookAnswer> answer(FleetImage image, Failover operation, HookRun run) {
        Optional<HookRun.Job> job = awaited(run);
        if (job.isEmpty()) {
            return Optional.empty();
        }
        Uid cluster = job.get().cluster();
        Optional<Work> work = work(image, operation, run, cluster);
        if (work.isEmpty()) {
            return unable(image, cluster)
                    ? Optional.of(
                            Answers.of(
                                    operation.uid(),
                                    run,
                                    false,
                                    "the agent of "
                                            + job.get().clusterName()
                                            + " is of a version that runs no jobs of hooks"))
                    : Optional.empty();
        }
        Optional<WorkStatus> status = status(image, work.get());
        return status.flatMap(WorkStatus::outcome)
                .map(o -> Answers.of(operation.uid(), run, o.succeeded(), o.output()))
                .or(
                        () ->
                                status.filter(JobWorks::refused)
                                        .map(
                                                s ->
                                                        Answers.of(
                                                                operation.uid(),
                                                                run,
                                                                false,
                                                                s.message())));
    }

    /** Kubernetes did not take it. */
    private static boolean refused(WorkStatus status) {
        return status.health() == Health.FAILED && status.appliedSequence() < status.sequence();
    }

    /** What the Jobs that are awaited wait for. */
    static List<JobSeen> seen(FleetImage image, Failover operation) {
        return operation.hooks().stream()
                .flatMap(
                        run ->
                                awaited(run).stream()
                                        .map(
                                                job ->
                                                        new JobSeen(
                                                                run.key(),
                                                                run.attempt(),
                                                                says(image, operation, run, job))))
                .toList();
    }

    private static String says(FleetImage image, Failover operation, HookRun run, HookRun.Job job) {
        if (image.reach(job.cluster()) != Reach.READY) {
            return job.clusterName() + " is not heard";
        }
        boolean before =
                image.works(step(operation.uid(), run.point())).containsKey(job.cluster())
                        && work(image, operation, run, job.cluster()).isEmpty();
        return before
                ? "waits until nothing of the attempt before is left there"
                : work(image, operation, run, job.cluster())
                        .flatMap(w -> status(image, w))
                        .map(WorkStatus::message)
                        .orElse("");
    }

    private static Optional<HookRun.Job> awaited(HookRun run) {
        return run.job().filter(_ -> run.phase() == HookRun.Phase.RUNNING);
    }

    private static Optional<Work> work(
            FleetImage image, Failover operation, HookRun run, Uid cluster) {
        return Optional.ofNullable(image.works(step(operation.uid(), run.point())).get(cluster))
                .map(Held::value)
                .filter(w -> !w.tombstone() && is(w, cluster, run.key(), run.attempt()));
    }

    private static Optional<WorkStatus> status(FleetImage image, Work work) {
        return report(image, work.application(), work.cluster())
                .map(Held::value)
                .filter(s -> s.sequence() == work.sequence());
    }

    private static boolean is(Work work, Uid cluster, String key, int attempt) {
        return work.cluster().equals(cluster)
                && work.once()
                        .filter(o -> o.key().equals(key) && o.attempt() == attempt)
                        .isPresent();
    }

    /** Whether its agent is known not to know what runs once. */
    private static boolean unable(FleetImage image, Uid cluster) {
        return image.observation(cluster)
                .filter(o -> !o.value().abilities().contains(AgentMessages.RUNS_ONCE))
                .isPresent();
    }

    /** The uid of a point's works, which their objects carry as a label. */
    static Uid step(Uid operation, HookPoint point) {
        return new Uid(operation.value() + "." + point.toString().toLowerCase(Locale.ROOT));
    }
}
