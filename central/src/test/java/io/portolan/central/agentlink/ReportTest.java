package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode.Reply;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.app.Health;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest extends AgentWorld {
    @Test
    void reportsAreDurableInOrderAndOnce() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        assertEquals(new ReportAck(1), agent.report(1, agent.status(APP, 1)).as(ReportAck.class));
        assertEquals(Health.HEALTHY, stored(agent, APP).orElseThrow().health());
        Reply gap = agent.report(3);
        assertEquals(409, gap.status());
        assertEquals(new ReportAck(1), gap.as(ReportAck.class));
        Reply again = agent.report(1, agent.status(APP, 1));
        assertEquals(409, again.status());
        assertEquals(new ReportAck(1), again.as(ReportAck.class));
        assertEquals(200, agent.report(2).status());
    }

    @Test
    void aReportCarriesObservationAndEvents() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        var observation =
                new ClusterStatus.Observation(
                        "1", "v1.36", Optional.empty(), List.of("Service"), List.of());
        Reply reply =
                agent.post(
                        AgentMessages.REPORTS,
                        new Report(
                                agent.welcome.session(),
                                1,
                                List.of(),
                                Optional.of(observation),
                                List.of(
                                        new AgentEvent(
                                                APP,
                                                Long.MAX_VALUE / 10_000,
                                                true,
                                                "BackOff",
                                                "m"))));
        assertEquals(200, reply.status(), reply::toString);
        var event = store.events(APP, 10).getFirst();
        assertEquals("cluster:c1", event.actor());
        assertFalse(
                event.at().isAfter(java.time.Instant.now().plusSeconds(60)),
                "no event comes from the future");
        assertTrue(
                store.snapshot().rows().stream()
                        .anyMatch(
                                v ->
                                        v.row() instanceof Row.ObservationRow row
                                                && row.observation().equals(observation)));
    }

    @Test
    void whatIsSaidOfAWorkThatIsGoneIsPassedOver() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        assertEquals(1, agent.sync(0, 0).as(Sync.class).works().size());
        commit(new Write.Delete(new Row.Key.OfWork(agent.joined.cluster(), APP)));
        assertEquals(200, agent.report(1, agent.status(APP, 1)).status());
        assertTrue(stored(agent, APP).isEmpty());
    }
}
