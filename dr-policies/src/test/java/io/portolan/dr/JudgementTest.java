package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.dr.Judgement.Down;
import io.portolan.dr.Judgement.Verdict;
import io.portolan.model.Uid;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.DrPolicySpec.Trigger;
import io.portolan.model.dr.DrPolicySpec.Writers;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What follows from a silence, rule by rule. Long because it is all the rules of one function,
 * whose order counts.
 */
class JudgementTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration BELIEF = Duration.ofSeconds(40);
    private static final Brake OFF =
            new Brake(3, List.of(seconds(400)), Duration.ofHours(1), Duration.ZERO);

    private static Duration seconds(long s) {
        return Duration.ofSeconds(s);
    }

    private static DrPolicySpec policy(Trigger trigger) {
        return new DrPolicySpec(
                Writers.MANY,
                trigger,
                seconds(300),
                Duration.ofMinutes(30),
                DrPolicySpec.DEMOTE_TIMEOUT,
                DrPolicySpec.VERIFY_TIMEOUT,
                Optional.empty());
    }

    private static Down down(String name, long silence) {
        return new Down(
                new Uid(name),
                name,
                seconds(silence),
                seconds(silence).minus(BELIEF),
                NOW.minusSeconds(silence));
    }

    private static Verdict of(Trigger trigger, Brake brake, Optional<Instant> last, Down... down) {
        return Judgement.of(
                policy(trigger), 3, List.of(down), () -> brake, last.stream().toList(), NOW);
    }

    /** What is only cut off from central keeps nobody from leaving what is lost. */
    @Test
    void whatIsLostIsLeftAlthoughPeersReachAnother() {
        Down lost = down("c1", 400);
        Down reached =
                new Down(
                        new Uid("c2"),
                        "c2",
                        seconds(400),
                        seconds(360),
                        NOW.minusSeconds(400),
                        3,
                        2);
        Verdict.FailOver over =
                assertInstanceOf(
                        Verdict.FailOver.class,
                        of(Trigger.AUTOMATIC, OFF, Optional.empty(), lost, reached));
        assertEquals(List.of(lost), over.from());
        Verdict.Told told = held(of(Trigger.AUTOMATIC, OFF, Optional.empty(), reached));
        assertEquals("PeersReachIt", told.reason());
    }

    @Test
    void nobodyIsToldOfWhatIsHeardNorWhereThePolicySaysManual() {
        assertEquals(new Verdict.Nothing(), of(Trigger.AUTOMATIC, OFF, Optional.empty()));
        assertEquals(
                new Verdict.Nothing(),
                of(Trigger.MANUAL, OFF, Optional.empty(), down("c1", 4_000)));
    }

    @Test
    void aSilenceIsToleratedFromBeliefOn() {
        assertEquals(
                new Verdict.Told(
                        "Tolerated",
                        "c1 is not heard since 2026-11-22T11:59:00Z; its policy tolerates that for"
                                + " 5m",
                        Optional.of(NOW.plusSeconds(280))),
                of(Trigger.AUTOMATIC, OFF, Optional.empty(), down("c1", 60)));
        assertInstanceOf(
                Verdict.Told.class, of(Trigger.AUTOMATIC, OFF, Optional.empty(), down("c1", 339)));
        assertInstanceOf(
                Verdict.FailOver.class,
                of(Trigger.AUTOMATIC, OFF, Optional.empty(), down("c1", 340)));
    }

    @Test
    void onlyWhatIsNoLongerToleratedIsLeft() {
        Verdict.FailOver over =
                assertInstanceOf(
                        Verdict.FailOver.class,
                        of(
                                Trigger.AUTOMATIC,
                                OFF,
                                Optional.empty(),
                                down("c1", 340),
                                down("c2", 100)));
        assertEquals(List.of("c1"), over.from().stream().map(Down::name).toList());
    }

    @Test
    void proposingDoesNothing() {
        assertEquals(
                new Verdict.Told(
                        "Proposed", "c1 is not heard since 2026-11-22T11:53:20Z", Optional.empty()),
                of(Trigger.PROPOSE, OFF, Optional.empty(), down("c1", 400)));
    }

    @Test
    void theCooldownHoldsASecondOne() {
        Instant last = NOW.minus(Duration.ofMinutes(29));
        Verdict.Told told =
                assertInstanceOf(
                        Verdict.Told.class,
                        of(Trigger.AUTOMATIC, OFF, Optional.of(last), down("c1", 400)));
        assertEquals("Cooldown", told.reason());
        assertEquals(Optional.of(NOW.plusSeconds(60)), told.again());
        assertInstanceOf(
                Verdict.FailOver.class,
                of(
                        Trigger.AUTOMATIC,
                        OFF,
                        Optional.of(NOW.minus(Duration.ofMinutes(30))),
                        down("c1", 400)));
    }

    private static Verdict safe(String safety, int active, List<Instant> past, Down... down) {
        DrPolicySpec policy =
                Codec.strict()
                        .read(
                                ("{'trigger':'automatic','toleration':'0s','cooldown':'0s','safety':"
                                                + safety
                                                + "}")
                                        .replace('\'', '"'),
                                DrPolicySpec.class);
        return Judgement.of(policy, active, List.of(down), () -> OFF, past, NOW);
    }

    private static Verdict.Told held(Verdict verdict) {
        return assertInstanceOf(Verdict.Told.class, verdict);
    }

    @Test
    void nothingIsBegunInAFreezeWindow() {
        String windows =
                "{'zone':'Europe/Berlin','freeze':[{'from':'12:30','to':'13:30','days':['sun'],"
                        + "'why':'sale'}]}";
        Verdict.Told told = held(safe(windows, 1, List.of(), down("c1", 400)));
        assertEquals("FreezeWindow", told.reason());
        assertEquals(
                "c1 is not heard since 2026-11-22T11:53:20Z; frozen 12:30-13:30 on sun (sale)"
                        + " until 2026-11-22T12:30:00Z",
                told.told());
        assertEquals(Optional.of(Instant.parse("2026-11-22T12:30:00Z")), told.again());
        assertInstanceOf(
                Verdict.FailOver.class,
                safe(windows.replace("sun", "mon"), 1, List.of(), down("c1", 400)));
    }

    @Test
    void nothingIsBegunWhileTheGateIsClosed() {
        Verdict.Told told = held(safe("{'closed':'firmware'}", 1, List.of(), down("c1", 400)));
        assertEquals("GateClosed", told.reason());
        assertEquals(
                "c1 is not heard since 2026-11-22T11:53:20Z; its policy's gate is closed (firmware)",
                told.told());
        assertEquals(Optional.empty(), told.again());
    }

    @Test
    void noMoreFailoversThanTheRateAllows() {
        String rate = "{'rate':{'failovers':2,'per':'1h'}}";
        List<Instant> past = List.of(NOW.minusSeconds(3_000), NOW.minusSeconds(600));
        Verdict.Told told = held(safe(rate, 1, past, down("c1", 400)));
        assertEquals("Rate", told.reason());
        assertEquals(Optional.of(NOW.plusSeconds(600)), told.again());
        assertInstanceOf(
                Verdict.FailOver.class,
                safe(
                        rate,
                        1,
                        List.of(NOW.minusSeconds(3_600), NOW.minusSeconds(600)),
                        down("c1", 400)));
    }

    @Test
    void asManyAreRememberedAsTheRateAsksFor() {
        DrPolicySpec two =
                Codec.strict()
                        .read(
                                "{\"safety\":{\"rate\":{\"failovers\":2,\"per\":\"1h\"}}}",
                                DrPolicySpec.class);
        Instant old = NOW.minusSeconds(3_600);
        Instant ago = NOW.minusSeconds(600);
        assertEquals(List.of(ago, NOW), Judgement.remembered(two, List.of(old, ago), NOW));
        assertEquals(
                List.of(ago, NOW),
                Judgement.remembered(two, List.of(NOW.minusSeconds(700), ago), NOW));
        assertEquals(
                List.of(NOW), Judgement.remembered(policy(Trigger.AUTOMATIC), List.of(ago), NOW));
    }

    @Test
    void soManyClustersKeepTheRoleAsThePolicyAsksFor() {
        Verdict.Told told =
                held(safe("{'minActive':2}", 2, List.of(), down("c1", 400), down("c2", 400)));
        assertEquals("MinActive", told.reason());
        assertTrue(
                told.told()
                        .endsWith(
                                "a failover would leave the active role with 1 cluster, and its"
                                        + " policy asks for 2"),
                told.told());
        assertInstanceOf(
                Verdict.FailOver.class, safe("{'minActive':2}", 2, List.of(), down("c1", 400)));
    }

    private static Verdict returns(String policy, Optional<Instant> healthy, Brake brake) {
        return Judgement.returns(
                Codec.strict()
                        .read(
                                ("{'writers':'single'," + policy + "}").replace('\'', '"'),
                                DrPolicySpec.class),
                1,
                "c1",
                healthy,
                Optional.empty(),
                () -> brake,
                List.of(NOW.minus(Duration.ofMinutes(31))),
                NOW);
    }

    @Test
    void nothingReturnsByItselfWhereThePolicyDoesNotSaySo() {
        Optional<Instant> longAgo = Optional.of(NOW.minus(Duration.ofHours(9)));
        assertEquals(new Verdict.Nothing(), returns("'failback':'manual'", longAgo, OFF));
        assertEquals(new Verdict.Nothing(), returns("'trigger':'propose'", longAgo, OFF));
    }

    @Test
    void itReturnsWhenItsHomeHasBeenHealthyForLongEnough() {
        String policy = "'failback':'automatic'";
        assertEquals("NotHealthy", held(returns(policy, Optional.empty(), OFF)).reason());
        Verdict.Told told =
                held(returns(policy, Optional.of(NOW.minus(Duration.ofMinutes(29))), OFF));
        assertEquals("Stabilizing", told.reason());
        assertEquals(Optional.of(NOW.plusSeconds(60)), told.again());
        Optional<Instant> due = Optional.of(NOW.minus(Duration.ofMinutes(30)));
        assertInstanceOf(Verdict.FailOver.class, returns(policy, due, OFF));
        assertEquals(
                "Stabilizing",
                held(returns("'failback':{'by':'automatic','after':'1h'}", due, OFF)).reason());
    }

    @Test
    void whatHoldsAFailoverByPolicyHoldsAReturn() {
        Optional<Instant> due = Optional.of(NOW.minus(Duration.ofHours(1)));
        Brake young = new Brake(3, List.of(), seconds(5), Duration.ZERO);
        assertEquals("Braked", held(returns("'failback':'automatic'", due, young)).reason());
        assertEquals(
                "Cooldown",
                held(returns("'failback':'automatic','cooldown':'32m'", due, OFF)).reason());
        assertEquals(
                "FreezeWindow",
                held(returns(
                                "'failback':'automatic','safety':{'freeze':[{'from':'11:00',"
                                        + "'to':'13:00','why':'x'}]}",
                                due,
                                OFF))
                        .reason());
    }

    @Test
    void targetsAreComparedWithWhatWasReachedAndWithWhatCanBe() {
        DrPolicySpec policy =
                Codec.strict()
                        .read("{\"trigger\":\"automatic\",\"rto\":\"5m\"}", DrPolicySpec.class);
        assertEquals(
                "RTO 5m met with 42s",
                Objectives.rto(policy, Optional.of(seconds(42))).orElseThrow());
        assertEquals(
                "RTO 5m missed by 1m: 6m",
                Objectives.rto(policy, Optional.of(seconds(360))).orElseThrow());
        assertEquals(
                List.of(
                        "rto: 5m cannot be kept: a cluster is believed to be down after 40s, and"
                                + " toleration takes another 5m: 5m40s before anything begins"),
                Objectives.warnings(policy, seconds(5), BELIEF));
        assertEquals(
                List.of(),
                Objectives.warnings(policy(Trigger.AUTOMATIC), seconds(5), BELIEF),
                "no target");
        DrPolicySpec guarded =
                Codec.strict()
                        .read(
                                "{\"writers\":\"single\",\"trigger\":\"automatic\",\"rto\":\"6m\","
                                        + "\"onCentralLoss\":\"selfFence\"}",
                                DrPolicySpec.class);
        assertEquals(
                List.of(
                        "rto: 6m cannot be kept: a cluster is believed to be down after 40s, and"
                                + " toleration takes another 5m, and its last grant runs out after"
                                + " 31s300ms: 6m11s300ms before anything begins"),
                Objectives.warnings(guarded, seconds(5), BELIEF));
        DrPolicySpec cold =
                Codec.strict()
                        .read(
                                "{\"writers\":\"single\",\"standby\":\"cold\",\"rto\":\"5m\"}",
                                DrPolicySpec.class);
        assertEquals(
                List.of(
                        "rto: 5m is short for standby: cold, where everything is made when it is"
                                + " needed, volumes too: 15m or more is usual; did you mean"
                                + " pilot-light"),
                Objectives.warnings(cold, seconds(5), BELIEF));
    }

    @Test
    void theBrakeTellsWhatItHolds() {
        Brake young = new Brake(3, List.of(seconds(400)), seconds(59), Duration.ZERO);
        Verdict.Told told =
                assertInstanceOf(
                        Verdict.Told.class,
                        of(Trigger.AUTOMATIC, young, Optional.empty(), down("c1", 400)));
        assertEquals("Braked", told.reason());
        assertEquals(
                "c1 is not heard since 2026-11-22T11:53:20Z; no automatic failover: this leader is"
                        + " younger than 1m and may not have heard everybody yet; without the"
                        + " brake it would be failed over now",
                told.told());
        assertEquals(Optional.of(NOW.plusSeconds(1)), told.again());
    }

    private static Optional<String> held(int joined, int silent, long ago, long asked) {
        return new Brake(
                        joined,
                        Collections.nCopies(silent, seconds(ago)),
                        Duration.ofHours(1),
                        Duration.ZERO)
                .held(seconds(asked))
                .map(Brake.Held::why);
    }

    @Test
    void oneOfAFewMayBeLostAndAQuarterOfMany() {
        assertTrue(held(2, 1, 400, 400).isEmpty());
        assertTrue(held(3, 1, 400, 400).isEmpty());
        assertTrue(held(7, 2, 400, 400).isPresent());
        assertTrue(held(8, 2, 400, 400).isEmpty());
        assertTrue(held(20, 5, 400, 400).isEmpty());
        assertEquals(
                Optional.of(
                        "more than 5 of 20 clusters fell silent together: it is more likely that"
                                + " central is cut off"),
                held(20, 6, 400, 400));
    }

    @Test
    void whoHasBeenGoneForLongIsNotCounted() {
        assertTrue(held(20, 6, 400, 400 + 600).isPresent());
        assertTrue(held(20, 6, 400, 400 + 601).isEmpty());
    }

    @Test
    void howManyMayBeLostTogetherIsSaidToCentral() {
        List<Duration> silent = Collections.nCopies(3, seconds(400));
        Brake half = new Brake(6, silent, Duration.ofHours(1), Duration.ZERO, 50, Optional.empty());
        assertTrue(half.held(seconds(400)).isEmpty());
        Brake third =
                new Brake(6, silent, Duration.ofHours(1), Duration.ZERO, 34, Optional.empty());
        assertTrue(third.held(seconds(400)).isPresent());
    }

    @Test
    void aNodeThatHearsNoOtherNodeHolds() {
        Brake ill =
                new Brake(
                        20,
                        List.of(seconds(400)),
                        Duration.ofHours(1),
                        Duration.ZERO,
                        25,
                        Optional.of("this node hears 0 of 2 other nodes"));
        assertEquals(
                Optional.of(
                        "this node hears 0 of 2 other nodes: it is more likely that this node is"
                                + " cut off"),
                ill.held(seconds(400)).map(Brake.Held::why));
    }

    @Test
    void aSilenceThatAPolicyTakesForALossIsNeverShorterThanThreeHeartbeats() {
        DrPolicySpec hasty =
                Codec.strict().read("{\"detect\":{\"down\":\"10s\"}}", DrPolicySpec.class);
        assertEquals(
                List.of(
                        "detect.down: 10s is shorter than three heartbeats of 5s, which central"
                                + " waits for at least: 15s"),
                Objectives.warnings(hasty, seconds(5), BELIEF));
        assertEquals(List.of(), Objectives.warnings(hasty, seconds(3), BELIEF));
    }

    @Test
    void oldNewsHold() {
        assertTrue(
                new Brake(3, List.of(), Duration.ofHours(1), seconds(10))
                        .held(seconds(400))
                        .isEmpty());
        assertTrue(
                new Brake(3, List.of(), Duration.ofHours(1), seconds(11))
                        .held(seconds(400))
                        .isPresent());
    }
}
