package io.portolan.central.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The one node that a {@link MemoryStore} has, which owns it. */
final class MemoryNodes {
    static final String ID = "memory";

    private record Told(NodeRoster.Beat beat, Instant at) {}

    private Optional<Told> told = Optional.empty();

    void beat(NodeRoster.Beat beat, Instant now) {
        told = Optional.of(new Told(beat, now));
    }

    NodeRoster.Roster roster(MemorySessions sessions, long head, Instant now) {
        List<NodeRoster.Node> nodes =
                told
                        .map(t -> new NodeRoster.Node(ID, t.beat(), Duration.between(t.at(), now)))
                        .stream()
                        .toList();
        return new NodeRoster.Roster(sessions.epoch(), sessions.led(now) ? ID : "", head, nodes);
    }

    void part() {
        told = Optional.empty();
    }
}
