package io.portolan.central.agentlink;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.wire.AgentMessages;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Opens sessions and takes signs of life. */
final class HelloRoutes {
    private static final Logger LOG = Logger.getLogger(HelloRoutes.class.getName());

    /** A central speaks its own protocol and the two before. */
    private static final int OLDEST = Math.max(1, AgentMessages.PROTOCOL - 2);

    private final Store store;
    private final Door door;
    private final Sessions sessions;
    private final Heartbeats heartbeats;
    private final WorkBoard board;
    private final Duration heartbeat;
    private final Probing probing;
    private final Clock clock;

    HelloRoutes(
            Store store,
            Door door,
            Sessions sessions,
            Heartbeats heartbeats,
            WorkBoard board,
            Duration heartbeat,
            Probing probing,
            Clock clock) {
        this.store = store;
        this.door = door;
        this.sessions = sessions;
        this.heartbeats = heartbeats;
        this.board = board;
        this.heartbeat = heartbeat;
        this.probing = probing;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.agent("POST", AgentMessages.HELLO, this::hello),
                Route.agent("POST", AgentMessages.HEARTBEAT, this::heartbeat));
    }

    private Answer hello(Request request, Principal.Agent agent) {
        if (board.ended()) {
            return Door.closing();
        }
        AgentMessages.Hello hello = request.message(AgentMessages.Hello.class);
        door.cluster(agent);
        int protocol = Math.min(hello.protocolMax(), AgentMessages.PROTOCOL);
        if (protocol < Math.max(hello.protocolMin(), OLDEST)) {
            throw Problem.of(
                            400,
                            "No common protocol",
                            "central speaks "
                                    + OLDEST
                                    + ".."
                                    + AgentMessages.PROTOCOL
                                    + ", the agent "
                                    + hello.protocolMin()
                                    + ".."
                                    + hello.protocolMax())
                    .refusal();
        }
        Set<Uid> later =
                LaterOrders.kept(
                        store, agent.cluster(), hello, store.works(agent.cluster()).works());
        long session = sessions.open(agent.cluster());
        heartbeats.heardNow(agent.cluster(), session);
        long generation = store.generation();
        if (ahead(hello, generation)) {
            setBack(hello, agent.cluster(), generation);
        }
        List<Work> works = board.fresh(agent.cluster()).plain();
        return Answer.ok(
                new AgentMessages.Welcome(
                        session,
                        protocol,
                        generation,
                        Math.toIntExact(heartbeat.toSeconds()),
                        Quarantine.of(store, hello, works, later),
                        Memories.of(store, agent.cluster(), hello, works)));
    }

    /** DESIGN.md section 4: an agent ahead of the log's head is treated as a restore. */
    private boolean ahead(AgentMessages.Hello hello, long generation) {
        return hello.generation() > generation
                || (hello.generation() == generation && hello.cursor() > store.head());
    }

    /** Told to the operator; the agent itself gets the full set, because its cursor is foreign. */
    private void setBack(AgentMessages.Hello hello, Uid cluster, long generation) {
        String message =
                "the agent has heard of revision %d (store generation %d), central's log ends at %d (%d): the database was set back. The agent takes over central's works, except where they are of an older epoch than it runs"
                        .formatted(hello.cursor(), hello.generation(), store.head(), generation);
        LOG.log(Level.SEVERE, "cluster {0}: {1}", new Object[] {cluster, message});
        store.commit(
                new Authority.Api(Optional.empty()),
                List.of(),
                List.of(
                        new Write.AddEvent(
                                new EventRecord(
                                        cluster,
                                        clock.instant(),
                                        EventRecord.Severity.WARNING,
                                        "DatabaseSetBack",
                                        message,
                                        "central"))));
    }

    private Answer heartbeat(Request request, Principal.Agent agent) {
        AgentMessages.Heartbeat beat = request.message(AgentMessages.Heartbeat.class);
        door.session(agent, beat.session());
        return Answer.ok(new AgentMessages.Beaten(probing.of(agent.cluster())));
    }
}
