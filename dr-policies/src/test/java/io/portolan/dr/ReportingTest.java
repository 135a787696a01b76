package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a report says of operations that did not go straight on. */
class ReportingTest {
    private static World world(boolean singleWriter) {
        return World.of(singleWriter, "paris eu-west active", "berlin eu-central standby");
    }

    private static Report report(World w) {
        assertEquals(State.COMPLETED, w.operation.state());
        return w.operation.report().orElseThrow();
    }

    /** The outage began in the first, of which the second knows nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNeverGotHealthyServedNobodyUntilItWasLeftAgain(boolean singleWriter) {
        World w = world(singleWriter);
        w.policy = ",'rto':'5m'";
        w.node("berlin").healthWhenRunning = Health.FAILED;
        w.request(new Failover.Request("berlin", List.of("paris"), "fire", "ann", false));
        w.cut("paris").everybody().attest().everybody();
        assertEquals(State.VERIFYING, w.operation.state());
        w.pass(Duration.ofMinutes(20)).abort().everybody();
        assertEquals(State.ABORTED, w.operation.state());
        w.back("paris").everybody();

        w.request("paris", "berlin").everybody();

        Report report = report(w);
        assertEquals(Optional.empty(), report.rto());
        assertEquals(
                "checkout runs healthy on paris, 0s after the command and nobody knows how long"
                        + " after its last service: berlin had no replica ready",
                report.summary());
    }

    @Test
    void aSourceThatFallsSilentBeforeTheTargetServesDidNotServeUntilThen() {
        World w = world(false);
        w.node("berlin").healthWhenRunning = Health.PROGRESSING;
        w.request(new Failover.Request("berlin", List.of("paris"), "move", "ann", true));
        w.everybody().pass(Duration.ofSeconds(10));
        w.cut("paris").pass(Duration.ofSeconds(30));
        w.node("berlin").healthWhenRunning = Health.HEALTHY;
        w.everybody();
        assertEquals(Optional.of(Duration.ofSeconds(30)), report(w).rto());
        assertTrue(
                report(w).summary().endsWith("30s after the last proof of service of paris"),
                report(w).summary());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSourceServesWhileTheTargetIsPrepared(boolean withdrawn) {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        w.node("berlin").ghost = true;
        if (withdrawn) {
            w.ports.put(HookPoint.WITHDRAW_TRAFFIC, new StepPort.NotBegun());
        }
        w.request(new Failover.Request("berlin", List.of(), "cheaper", "ann", true)).everybody();
        assertEquals(State.PREPARING_TARGET, w.operation.state());
        w.pass(Duration.ofMinutes(4));
        w.node("berlin").ghost = false;
        w.everybody();
        if (withdrawn) {
            assertEquals(State.WITHDRAWING_TRAFFIC, w.operation.state());
            w.pass(Duration.ofSeconds(7));
            w.ports.put(HookPoint.WITHDRAW_TRAFFIC, new StepPort.Succeeded(""));
            w.everybody();
        }
        assertEquals(Optional.of(Duration.ofSeconds(withdrawn ? 7 : 0)), report(w).rto());
    }

    @Test
    void aTargetIsNotMetWhereItsTrafficWasLeftToSomebodyElse() {
        World w = world(true);
        w.policy = ",'rto':'5m'";
        w.ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.Failed("503", 4, Optional.empty()));
        w.request("berlin").everybody().say(Control.Kind.SKIP).everybody();
        assertTrue(
                report(w)
                        .summary()
                        .endsWith("; switchTraffic did not succeed: ann skipped it: because"),
                report(w).summary());
    }
}
