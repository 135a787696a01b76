package io.portolan.central.http;

import io.portolan.model.wire.AgentMessages;
import java.util.Set;

/** Sorts of traffic. Each has its own room, so that bulk starves neither failovers nor agents. */
enum Lane {
    READ,
    WRITE,
    /** Failovers: asked for, followed, helped along. */
    OPERATION,
    /** What agents bring and fetch. */
    AGENT,
    /** An agent's sign of life, and the poll that is parked: never refused. */
    PULSE;

    private static final Set<String> PULSES = Set.of(AgentMessages.HEARTBEAT, AgentMessages.WORK);

    static Lane of(Route route) {
        return switch (route.access()) {
            case Route.Access.OfAgent _ -> PULSES.contains(route.path()) ? PULSE : AGENT;
            case Route.Access.OfUser _, Route.Access.Open _ -> {
                if (route.path().contains("/failovers")) {
                    yield OPERATION;
                }
                yield route.method().equals("GET") ? READ : WRITE;
            }
        };
    }
}
