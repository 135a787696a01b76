package io.portolan.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.agent.state.Saved;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When central hears of a new application for the first time; here the cluster never answers. */
class FirstWordTest {
    private static final Content CONTENT = new Content(List.of(Scene.configMap("a1", "cfg", "x")));

    private final FakeCentral central = new FakeCentral();
    private final AgentCore core = new AgentCore(AgentSettings.of("test"));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private void step(Event first) {
        Deque<Event> events = new ArrayDeque<>(List.of(first));
        while (!events.isEmpty()) {
            for (Effect effect : core.step(events.removeFirst(), now)) {
                if (effect instanceof Effect.Persist persist) {
                    events.add(new Event.Persisted(persist.id()));
                } else if (effect instanceof Effect.OpenSession
                        || effect instanceof Effect.Poll
                        || effect instanceof Effect.SendReport) {
                    central.answer(effect).ifPresent(events::add);
                }
            }
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
        step(new Event.TimerDue());
    }

    private List<WorkStatus> told() {
        List<WorkStatus> told = new ArrayList<>();
        central.reports.forEach(r -> told.addAll(r.report().statuses()));
        return told;
    }

    private void want(Role role) {
        central.put(
                Scene.work(
                        "a1", role, 1, 1, Optional.of(FakeCentral.digest(CONTENT)), false, false),
                CONTENT);
        step(new Event.Started(new Saved(0, 0, List.of())));
    }

    @Test
    void waitsForTheObjectsButNotForLong() {
        want(Role.ACTIVE);
        pass(Duration.ofMillis(100));
        assertEquals(List.of(), told(), "what follows in a moment is worth no report");
        pass(Duration.ofMillis(200));
        assertEquals(new Uid("a1"), told().getFirst().application());
        assertEquals(0, told().getFirst().appliedSequence());
    }

    @Test
    void isSaidAtOnceOfWhatShallNotRun() {
        want(Role.STANDBY);
        pass(Duration.ofMillis(100));
        assertEquals(Role.STANDBY, told().getFirst().role());
    }
}
