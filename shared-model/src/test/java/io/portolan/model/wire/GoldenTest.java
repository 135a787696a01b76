package io.portolan.model.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Check;
import io.portolan.model.Digest;
import io.portolan.model.Resource;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How everything looks on the wire and in the store: what other versions, programs and databases
 * already hold. A golden file changes by addition only; anything else breaks them.
 */
class GoldenTest {
    static Stream<Arguments> values() {
        return Stream.of(
                golden("join", new AgentMessages.Join("token-1", "0.1.0")),
                golden("joined", new AgentMessages.Joined(Samples.PARIS, "paris", "credential-1")),
                golden(
                        "hello",
                        new AgentMessages.Hello(
                                1,
                                1,
                                "0.1.0",
                                2,
                                41,
                                List.of(
                                        new AgentMessages.Holding(
                                                Samples.APP,
                                                "shop",
                                                "checkout",
                                                7,
                                                4,
                                                Role.ACTIVE)))),
                golden(
                        "welcome",
                        new AgentMessages.Welcome(
                                12,
                                1,
                                2,
                                5,
                                List.of(Samples.APP),
                                List.of(
                                        new AgentMessages.Remembered(
                                                Samples.APP, List.of("a pod"))))),
                golden(
                        "sync",
                        new AgentMessages.Sync(
                                2,
                                43,
                                true,
                                List.of(Samples.work(), Samples.tombstone()),
                                Samples.DIGEST,
                                Map.of(
                                        Samples.DIGEST.hex(),
                                        new Content(List.of(Samples.configMap()))))),
                golden(
                        "report",
                        new AgentMessages.Report(
                                12,
                                3,
                                List.of(Samples.workStatus()),
                                Optional.of(Samples.observation()),
                                List.of(
                                        new AgentMessages.AgentEvent(
                                                Samples.APP,
                                                1_795_366_800_250L,
                                                true,
                                                "BackOff",
                                                "restarting")))),
                golden("report-ack", new AgentMessages.ReportAck(3)),
                golden("heartbeat", new AgentMessages.Heartbeat(12)),
                golden("content", new Content(List.of(Samples.configMap()))),
                golden(
                        "content-with-rules",
                        new Content(List.of(Samples.configMap()), List.of(Samples.rule()))),
                golden("work", Samples.work()),
                golden("work-tombstone", Samples.tombstone()),
                golden("work-keep", Samples.keep()),
                golden("work-adopting", Samples.adopting()),
                golden("work-cold", Samples.cold()),
                golden("work-guarded", Samples.guarded()),
                golden(
                        "grants",
                        new AgentMessages.Grants(
                                List.of(new AgentMessages.Grant(Samples.APP, 4, 30_000)),
                                List.of(new Uid("0192-billing")))),
                golden("work-status", Samples.workStatus()),
                golden("work-once", Samples.once()),
                golden("work-status-once", Samples.onceStatus()),
                golden("assignment", Samples.assignment()),
                golden("placement-decision", Samples.decision()),
                golden("failover", Samples.failover()),
                golden("event", Samples.event()),
                golden("audit-entry", Samples.audit()));
    }

    static Stream<Arguments> evidence() {
        return Stream.of(
                golden("evidence-none", new Evidence.None("many writers")),
                golden("evidence-demoted", new Evidence.Demoted(Samples.PARIS, 7, 4)),
                golden("evidence-never-active", new Evidence.NeverActive()),
                golden(
                        "evidence-expired",
                        new Evidence.Expired(
                                Samples.PARIS,
                                4,
                                Duration.ofSeconds(30),
                                Duration.ofMillis(31_300))),
                golden(
                        "evidence-all",
                        new Evidence.All(
                                List.of(
                                        new Evidence.Demoted(Samples.PARIS, 7, 4),
                                        new Evidence.Attested(
                                                List.of(Samples.BERLIN),
                                                "user:bob",
                                                "the hall burnt down",
                                                Samples.T)))),
                golden(
                        "evidence-attested",
                        new Evidence.Attested(
                                List.of(Samples.PARIS), "user:bob", "fire", Samples.T)));
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                document("tenant", Samples.resource("", "shop", Samples.tenant()), null),
                document(
                        "cluster",
                        Samples.resource("", "paris", Samples.cluster()),
                        Samples.clusterStatus()),
                document(
                        "application",
                        Samples.resource("shop", "checkout", Samples.application()),
                        Samples.applicationStatus()),
                document(
                        "placement-policy",
                        Samples.resource("shop", "eu-two-regions", Samples.placementPolicy()),
                        null),
                document(
                        "placement-policy-rich",
                        Samples.resource("shop", "rich", Samples.richPolicy()),
                        null),
                document(
                        "dr-policy-self-fence",
                        Samples.resource("shop", "self-fence", Samples.selfFencing()),
                        null),
                document(
                        "dr-policy",
                        Samples.resource("shop", "single-writer", Samples.drPolicy()),
                        null));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valuesKeepTheirForm(String name, Object value) throws IOException {
        JsonNode golden = golden(name);
        assertEquals(golden.toPrettyString(), written(value).toPrettyString(), name);
        assertEquals(value, Codec.lenient().convert(golden, value.getClass()), name);
    }

    @ParameterizedTest
    @MethodSource("evidence")
    void evidenceKeepsItsForm(String name, Evidence value) throws IOException {
        JsonNode golden = golden(name);
        assertEquals(golden.toPrettyString(), written(value).toPrettyString(), name);
        assertEquals(value, Codec.lenient().convert(golden, Evidence.class), name);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void documentsKeepTheirForm(String name, Resource<?> resource, Optional<Status> status)
            throws IOException {
        JsonNode golden = golden(name);
        assertEquals(
                golden.toPrettyString(), Documents.write(resource, status).toPrettyString(), name);
        Check check = Check.root();
        assertEquals(
                Optional.of(resource), Documents.read(golden, check), check.problems()::toString);
        if (status.isPresent()) {
            assertEquals(
                    status.get(),
                    Codec.lenient()
                            .convert(
                                    golden.path("status"),
                                    Documents.statusType(resource.kind()).orElseThrow()));
        }
    }

    @Test
    void anAgentIgnoresWhatANewerCentralAdds() throws IOException {
        ObjectNode newer = (ObjectNode) golden("work");
        newer.put("priority", 9);
        assertEquals(Samples.work(), Codec.lenient().convert(newer, Work.class));
    }

    @Test
    void anOlderAgentsReportMayLackWhatIsOptional() throws IOException {
        ObjectNode older = (ObjectNode) golden("work-status");
        older.remove(List.of("demotion", "troubles", "conditions", "message"));
        WorkStatus read = Codec.lenient().convert(older, WorkStatus.class);
        assertEquals(Optional.empty(), read.demotion());
        assertEquals(List.of(), read.troubles());
        assertEquals("", read.message());
    }

    @Test
    void anOlderAgentDoesNotTellWhatOfTheRoomIsItsOwn() throws IOException {
        ObjectNode older = (ObjectNode) golden("report");
        ((ObjectNode) older.at("/observation/capacity")).remove(List.of("ownMillis", "ownBytes"));
        AgentMessages.Report read = Codec.lenient().convert(older, AgentMessages.Report.class);
        assertEquals(
                Optional.of(new ClusterStatus.Capacity(3, 12_000, 1L << 36, 2_500, 1L << 33)),
                read.observation().orElseThrow().capacity());
    }

    @Test
    void whatIsAggregatedLeavesOutClustersUnlessItIsTold() {
        assertEquals(0, division("{\"divide\":\"aggregated\"}").minPerCluster());
        assertEquals(
                2, division("{\"divide\":\"aggregated\",\"minPerCluster\":2}").minPerCluster());
        assertEquals(1, division("{\"divide\":\"freeCapacity\"}").minPerCluster());
    }

    private static Division division(String json) {
        return Codec.strict().read(json, Division.class);
    }

    @Test
    void aPriorityMayBeABareNumber() {
        assertEquals(new Priority(7, false, false), Codec.strict().read("7", Priority.class));
    }

    @Test
    void aTombstoneOfAnOlderCentralKeepsWhatMayHoldData() throws IOException {
        ObjectNode older = (ObjectNode) golden("work-tombstone");
        older.remove("ending");
        Work read = Codec.lenient().convert(older, Work.class);
        assertEquals(Optional.of(Ending.MOVE), read.end());
        assertEquals(List.of(), read.adopting());
    }

    @Test
    void anAgentThatDoesNotKnowOfEndingsGoesOnRunningWhatIsToBeKept() throws IOException {
        ObjectNode asItReadsIt = (ObjectNode) golden("work-keep");
        assertTrue(Codec.lenient().convert(asItReadsIt, Work.class).tombstone());
        asItReadsIt.remove("ending");
        Work read = Codec.lenient().convert(asItReadsIt, Work.class);
        assertEquals(Optional.empty(), read.end());
        assertEquals(Optional.of(Samples.DIGEST), read.content());
    }

    /** Both ends compute it, so it must never change for the same works. */
    @Test
    void theDigestOfAWorkSetIsStable() {
        Work work = Samples.work();
        WorkSet one = WorkSet.of(List.of(work, Samples.tombstone()));
        assertEquals(
                Digest.of("0192-app:7".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                one.digest());
        assertEquals(one, WorkSet.of(List.of(work)));
    }

    @Test
    void aWorkSetFollowsEachChangeWithoutTheOthers() {
        Work one = Samples.work();
        Work later = one.withSequence(one.sequence() + 1);
        Work other = one.withSequence(99);
        assertEquals(
                WorkSet.of(List.of(other, later)),
                WorkSet.of(List.of(one, other)).toggled(one).toggled(later));
        assertEquals(WorkSet.EMPTY, WorkSet.EMPTY.toggled(one).toggled(one));
        assertNotEquals(WorkSet.of(List.of(one)), WorkSet.of(List.of(later)));
    }

    @Test
    void everySampleOfAnOperationIsComplete() {
        JsonNode failover = written(Samples.failover());
        List<String> missing =
                Arrays.stream(Failover.class.getRecordComponents())
                        .map(c -> c.getName())
                        .filter(c -> !failover.has(c))
                        .toList();
        assertEquals(List.of(), missing);
    }

    private static Arguments golden(String name, Object value) {
        return Arguments.of(name, Named.of(value.getClass().getSimpleName(), value));
    }

    private static Arguments document(
            String name, Resource<?> resource, @org.jspecify.annotations.Nullable Status status) {
        return Arguments.of(name, resource, Optional.ofNullable(status));
    }

    private static JsonNode written(Object value) {
        return Codec.lenient().tree(Codec.lenient().write(value));
    }

    private static JsonNode golden(String name) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name + ".json")) {
            if (in == null) {
                throw new AssertionError("no golden file " + name);
            }
            return Codec.lenient().tree(in.readAllBytes());
        }
    }
}
