package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster that returns is held until somebody has looked, where the policy says so. */
class ReturnHeldTest {
    private static final String SINGLE = "{'writers':'single','onReturn':'hold'}";
    private static final String MANY = "{'writers':'many','standby':'warm','onReturn':'hold'}";

    private final World world = new World();

    private static DrPolicySpec policy(String json) {
        return Codec.strict().read(json.replace('\'', '"'), DrPolicySpec.class);
    }

    private Member west(Uid app) {
        return world.assignment(app).members().stream()
                .filter(m -> world.work("c1", app).orElseThrow().cluster().equals(m.cluster()))
                .findFirst()
                .orElseThrow();
    }

    private void heard(boolean heard) {
        world.agents.get("c1").cutOff = !heard;
        world.pass(Duration.ofSeconds(heard ? 1 : 45));
        world.converge();
    }

    private void failOver(Uid app, String name) {
        world.failover(app, name, "c2", true);
        world.converge();
        if (world.operation(name).state() == State.FENCING) {
            Operators.attest(world, name);
            world.converge();
        }
        assertEquals(State.COMPLETED, world.operation(name).state());
    }

    private Uid returned(String recovery) {
        Uid app = world.activeOnTheFirst(policy(recovery));
        heard(false);
        failOver(app, "f1");
        heard(true);
        return app;
    }

    private void say(String words) {
        ResourceKey key = world.key("checkout");
        Resource<?> now = world.store.find(key).orElseThrow().resource().row().resource();
        world.put(
                (ApplicationSpec) now.spec(),
                World.TENANT,
                "checkout",
                m -> m.withAnnotation(Released.ANNOTATION, words));
        world.converge();
    }

    @ParameterizedTest
    @ValueSource(strings = {SINGLE, MANY})
    void itStaysQuarantinedUntilSomebodyReleasesIt(String recovery) {
        Uid app = returned(recovery);
        assertFalse(world.agents.get("c1").runs(app));
        world.pass(Duration.ofMinutes(10));
        assertEquals(Role.QUARANTINED, west(app).role());
        Condition held = world.condition("checkout", "ReturnHeld");
        assertTrue(
                held.message().contains("portolan release shop/checkout --cluster c1"),
                held.message());
        say("c1@" + (world.assignment(app).epoch() - 1));
        assertEquals(Role.QUARANTINED, west(app).role(), "the word of another epoch");
        say("c1@" + world.assignment(app).epoch());
        assertEquals(Role.STANDBY, west(app).role());
        assertTrue(
                world.status("checkout").conditions().stream()
                        .noneMatch(c -> c.type().equals("ReturnHeld")));
    }

    @Test
    void whatIsHeldHasShownItsStopAndIsWaitedForByNobody() {
        returned(SINGLE);
        assertTrue(
                world.status("checkout").conditions().stream()
                        .noneMatch(c -> c.type().equals(Rivals.FENCED)),
                () -> world.status("checkout").conditions().toString());
        assertTrue(
                world.status("checkout").clusters().stream()
                        .anyMatch(c -> c.cluster().equals("c1") && c.held()));
    }

    @Test
    void noFailoverGoesThere() {
        Uid app = returned(SINGLE);
        world.operation(
                app, "f2", new Failover.Request("c1", List.of(), "test", "user:test", true));
        world.converge();
        Failover refused = world.operation("f2");
        assertEquals(State.REFUSED, refused.state());
        assertTrue(
                refused.steps()
                        .getLast()
                        .detail()
                        .contains("portolan release shop/checkout --cluster c1"),
                refused.steps()::toString);
    }

    @Test
    void aPolicyThatHoldsNoMoreReleasesIt() {
        Uid app = returned(SINGLE);
        ApplicationSpec spec =
                (ApplicationSpec)
                        world.store
                                .find(world.key("checkout"))
                                .orElseThrow()
                                .resource()
                                .row()
                                .resource()
                                .spec();
        world.put(
                new ApplicationSpec(
                        spec.components(),
                        spec.placement(),
                        Optional.of(new PolicyRef.Inline<>(policy("{'writers':'single'}")))),
                World.TENANT,
                "checkout");
        world.converge();
        assertEquals(Role.STANDBY, west(app).role());
    }

    @Test
    void whoProvesItselfWhileItIsLeftIsNotHeld() {
        Uid app = world.activeOnTheFirst(policy(SINGLE));
        failOver(app, "f1");
        assertEquals(Role.STANDBY, west(app).role());
    }
}
