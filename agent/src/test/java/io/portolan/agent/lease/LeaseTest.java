package io.portolan.agent.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

    private final MemoryCluster cluster =
            new MemoryCluster(MemoryCluster.Settings.defaults(), BEGIN);
    private long now = -5;
    private final Lease a = lease("a");
    private final Lease b = lease("b");

    /** Whose wall clock is off by an hour, which must not matter. */
    private Lease lease(String identity) {
        Instant wall = identity.equals("a") ? BEGIN : BEGIN.plus(Duration.ofHours(1));
        return new Lease(
                cluster,
                "portolan",
                identity,
                () -> wall.plusNanos(now),
                () -> now,
                Duration.ofHours(1));
    }

    @BeforeEach
    void namespace() {
        assertInstanceOf(
                Applied.Ok.class,
                cluster.apply(
                        new KubeObject(
                                Map.of(
                                        "apiVersion",
                                        "v1",
                                        "kind",
                                        "Namespace",
                                        "metadata",
                                        Map.of("name", "portolan"))),
                        false));
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private static KubeObject configMap() {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Map.of("namespace", "portolan", "name", "c")));
    }

    private KubeObject live() {
        return assertInstanceOf(
                        Found.Ok.class,
                        cluster.get(
                                new ObjectRef(
                                        "coordination.k8s.io/v1", "Lease", "portolan", Lease.NAME)))
                .live();
    }

    @Test
    void oneHoldsItForAsLongAsItRenews() {
        a.step();
        assertTrue(a.held());
        for (int i = 0; i < 20; i++) {
            pass(2);
            b.step();
            a.step();
            assertTrue(a.held());
            assertFalse(b.held());
        }
        assertEquals("a", live().at("spec", "holderIdentity"));
    }

    @Test
    void afterItsDeathAnotherTakesOverWhenTheTermIsOver() {
        a.step();
        pass(1);
        b.step();
        pass(14);
        b.step();
        assertFalse(b.held(), "seen unchanged for 14 seconds only");
        pass(1);
        b.step();
        assertTrue(b.held());
        assertFalse(a.held());
        assertEquals(2, ((Number) live().at("spec", "leaseTransitions")).intValue());
    }

    /** None of its threads has run since: only the clock tells it. */
    @Test
    void aFrozenHolderThatWakesDoesNotWrite() {
        a.step();
        var lost = a.next().join();
        KubeApi guarded = a.guarding();
        assertInstanceOf(Applied.Ok.class, guarded.apply(configMap(), false));
        KubeObject object = assertInstanceOf(Found.Ok.class, guarded.get(configMap().ref())).live();
        pass(10);
        assertInstanceOf(Applied.Retry.class, guarded.apply(configMap(), true));
        assertInstanceOf(Applied.Retry.class, guarded.patch(configMap().ref(), configMap(), null));
        assertInstanceOf(KubeApi.Deleted.Retry.class, guarded.delete(object.ref(), object.uid()));
        assertFalse(lost.isDone());
        a.step();
        assertTrue(lost.isDone(), "even though nobody took the lease meanwhile");
        assertTrue(a.held(), "and it has it again");
        assertInstanceOf(Applied.Ok.class, guarded.apply(configMap(), true));
    }

    @Test
    void aGracefulStopLeavesItToTheNextAtOnce() {
        a.step();
        b.step();
        assertFalse(b.held());
        a.close();
        b.step();
        assertTrue(b.held());
        b.close();
        assertEquals("", live().at("spec", "holderIdentity"));
    }
}
