package io.portolan.central.agentlink;

import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.central.telemetry.Metrics;
import io.portolan.model.Uid;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.wire.AgentMessages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what agents report: one batch, one transaction, in order. What is said of works that are
 * gone is passed over, so that a late word never brings back what was cleaned up; so is what an
 * agent says in the name of another cluster, such as the one that it was in an earlier life.
 */
final class ReportRoutes {
    private static final int ATTEMPTS = 5;
    private static final int LONGEST_MESSAGE = 4_000;

    private final Store store;
    private final Door door;
    private final Sessions sessions;
    private final WorkBoard board;
    private final Metrics metrics;
    private final Clock clock;

    ReportRoutes(
            Store store,
            Door door,
            Sessions sessions,
            WorkBoard board,
            Metrics metrics,
            Clock clock) {
        this.store = store;
        this.door = door;
        this.sessions = sessions;
        this.board = board;
        this.metrics = metrics;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.agent("POST", AgentMessages.REPORTS, this::report));
    }

    private Answer report(Request request, Principal.Agent agent) {
        AgentMessages.Report report = request.message(AgentMessages.Report.class);
        ClusterDirectory.Entry cluster = door.session(agent, report.session());
        WorkFeed.View view = known(agent.cluster(), report);
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<Answer> answer = commit(report, agent, cluster, view);
            if (answer.isPresent()) {
                return answer.get();
            }
            view = board.fresh(agent.cluster());
        }
        throw Problem.unavailable("works change too fast; send it again").refusal();
    }

    /**
     * Works as this node knows them; as they are stored where the agent speaks of others: it may
     * have been given them through another node, before this one has heard.
     */
    private WorkFeed.View known(Uid cluster, AgentMessages.Report report) {
        WorkFeed.View view = board.feed(cluster).view();
        boolean all =
                report.statuses().stream().allMatch(s -> view.of(s.application()).isPresent())
                        && report.events().stream()
                                .allMatch(e -> view.of(e.application()).isPresent());
        return all ? view : board.reload(cluster).view();
    }

    /** One try; empty when a work was changed since the view. */
    private Optional<Answer> commit(
            AgentMessages.Report report,
            Principal.Agent agent,
            ClusterDirectory.Entry cluster,
            WorkFeed.View view) {
        List<Precondition> preconditions = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        int accepted = 0;
        for (WorkStatus status : report.statuses()) {
            Optional<Versioned<Row.WorkRow>> work = view.of(status.application());
            if (work.isPresent() && status.cluster().equals(agent.cluster())) {
                preconditions.add(new Precondition(work.get().row().key(), work.get().revision()));
                writes.add(new Write.Put(new Row.WorkStatusRow(status)));
                accepted++;
            }
        }
        report.observation()
                .ifPresent(
                        o -> writes.add(new Write.Put(new Row.ObservationRow(agent.cluster(), o))));
        for (AgentMessages.AgentEvent event : report.events()) {
            if (view.of(event.application()).isPresent()) {
                writes.add(new Write.AddEvent(record(event, cluster.name())));
            }
        }
        long began = System.nanoTime();
        CommitResult result =
                store.commit(
                        new Authority.Agent(agent.cluster(), report.session(), report.batch()),
                        preconditions,
                        writes);
        metrics.committed("agent", result, Duration.ofNanos(System.nanoTime() - began));
        return switch (result) {
            case CommitResult.Committed _ -> {
                metrics.reported(accepted, report.statuses().size() - accepted);
                yield Optional.of(Answer.ok(new AgentMessages.ReportAck(report.batch())));
            }
            case CommitResult.OutOfOrder order ->
                    Optional.of(Answer.json(409, new AgentMessages.ReportAck(order.last())));
            case CommitResult.Conflict _ -> Optional.empty();
            case CommitResult.Fenced _ -> throw fenced(agent.cluster(), report.session());
            case CommitResult.Unknown _, CommitResult.Unavailable _ ->
                    throw Problem.unavailable("send the batch again").refusal();
            case CommitResult.Replayed _, CommitResult.KeyReused _ ->
                    throw new IllegalStateException("no answer to a report: " + result);
        };
    }

    private RuntimeException fenced(Uid cluster, long session) {
        sessions.doubt(cluster);
        return Sessions.over(session);
    }

    private EventRecord record(AgentMessages.AgentEvent event, String cluster) {
        Instant now = clock.instant();
        Instant told = Instant.ofEpochMilli(event.atEpochMillis());
        String message = event.message();
        return new EventRecord(
                event.application(),
                told.isAfter(now) ? now : told,
                event.warning() ? EventRecord.Severity.WARNING : EventRecord.Severity.NORMAL,
                event.reason(),
                message.length() <= LONGEST_MESSAGE
                        ? message
                        : message.substring(0, LONGEST_MESSAGE),
                "cluster:" + cluster);
    }
}
