package io.portolan.central.agentlink;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Opens sessions and takes signs of life. */
final class HelloRoutes {
    /** A central speaks its own protocol and the two before. */
    private static final int OLDEST = Math.max(1, AgentMessages.PROTOCOL - 2);

    /** DESIGN.md section 7: heartbeat 5 s. */
    private static final int HEARTBEAT_SECONDS = 5;

    private final Store store;
    private final Door door;
    private final Sessions sessions;
    private final Heartbeats heartbeats;
    private final WorkBoard board;

    HelloRoutes(Store store, Door door, Sessions sessions, Heartbeats heartbeats, WorkBoard board) {
        this.store = store;
        this.door = door;
        this.sessions = sessions;
        this.heartbeats = heartbeats;
        this.board = board;
    }

    List<Route> routes() {
        return List.of(
                Route.agent("POST", AgentMessages.HELLO, this::hello),
                Route.agent("POST", AgentMessages.HEARTBEAT, this::heartbeat));
    }

    private Answer hello(Request request, Principal.Agent agent) {
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
        long session = sessions.open(agent.cluster());
        heartbeats.heardNow(agent.cluster(), session);
        return Answer.ok(
                new AgentMessages.Welcome(
                        session,
                        protocol,
                        store.generation(),
                        HEARTBEAT_SECONDS,
                        quarantined(hello, board.fresh(agent.cluster()).plain())));
    }

    /**
     * What the agent must stop before anything else: what it was failed over away from, and what it
     * believes to be active but no longer is.
     */
    private static List<Uid> quarantined(AgentMessages.Hello hello, List<Work> works) {
        Map<Uid, AgentMessages.Holding> held =
                hello.holdings().stream()
                        .collect(
                                Collectors.toMap(
                                        AgentMessages.Holding::application, h -> h, (a, _) -> a));
        return works.stream()
                .filter(
                        work -> {
                            AgentMessages.Holding holding = held.get(work.application());
                            return work.role() == Role.QUARANTINED
                                    || (holding != null
                                            && holding.role() == Role.ACTIVE
                                            && work.role() != Role.ACTIVE);
                        })
                .map(Work::application)
                .toList();
    }

    private Answer heartbeat(Request request, Principal.Agent agent) {
        AgentMessages.Heartbeat beat = request.message(AgentMessages.Heartbeat.class);
        door.session(agent, beat.session());
        return Answer.ok(Map.of());
    }
}
