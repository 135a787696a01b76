package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Condition;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster has something that central did not ask for: it was another one in an earlier life. */
class LeftoversTest {
    private final World world = new World();
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");
    private final Uid east = world.cluster("c3", "us-east");

    @BeforeEach
    void start() {
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid app(boolean single, int clusters, String where) {
        Uid app =
                world.put(
                        World.spec(1, World.on(clusters, where), single), World.TENANT, "checkout");
        world.converge();
        return app;
    }

    private FakeAgent agent(String cluster) {
        return world.agents.get(cluster);
    }

    private Optional<Role> role(Uid app, Uid cluster) {
        return world.assignment(app).member(cluster).map(m -> m.role());
    }

    private List<String> events(Uid subject, String reason) {
        return world.store.events(subject, 100).stream()
                .filter(e -> e.reason().equals(reason))
                .map(EventRecord::message)
                .toList();
    }

    private void unproved(String cluster) {
        agent(cluster).temper =
                s ->
                        new WorkStatus(
                                s.application(),
                                s.cluster(),
                                s.role(),
                                s.generation(),
                                s.epoch(),
                                s.sequence(),
                                s.appliedSequence(),
                                s.removed(),
                                s.health(),
                                s.message(),
                                s.inventory(),
                                s.readyReplicas(),
                                s.desiredReplicas(),
                                s.troubles(),
                                s.conditions(),
                                Optional.empty());
    }

    @Test
    void aSingleWriterThatIsElsewhereIsStoppedAndProvesItLikeAnyOtherThatReturns() {
        Uid app = app(true, 1, "region = eu-west");
        assertTrue(role(app, east).isEmpty());
        long epoch = world.assignment(app).epoch();
        unproved("c3");

        agent("c3").observe("shop/checkout " + app);
        world.converge();

        assertEquals(Optional.of(Role.QUARANTINED), role(app, east));
        assertEquals(Role.QUARANTINED, world.work("c3", app).orElseThrow().role());
        assertEquals(List.of(west), world.assignment(app).active());
        assertEquals(epoch, world.assignment(app).epoch());
        assertEquals("AwaitsProof", world.condition("checkout", "Fenced").reason());
        assertEquals(1, events(app, "FoundWhereNotWanted").size());

        agent("c3").observe();
        world.converge();
        assertEquals(Optional.of(Role.QUARANTINED), role(app, east), "it must show it");
        agent("c3").temper = s -> s;
        world.converge();
        assertEquals(Optional.of(Role.STANDBY), role(app, east), "its volumes are kept");
        assertEquals(1, events(app, "FoundWhereNotWanted").size());
    }

    @Test
    void aFailoverThatWaitsForProofWaitsForItToo() {
        Uid app = app(true, 1, "region = eu-west");
        app(true, 2, "region != us-east");
        unproved("c1");
        world.failover(app, "f1", "c2", true);
        world.converge();
        assertEquals(State.FENCING, world.operation("f1").state());

        unproved("c3");
        agent("c3").observe("shop/checkout " + app);
        world.converge();
        agent("c1").temper = s -> s;
        world.converge();
        assertEquals(State.FENCING, world.operation("f1").state());
        assertTrue(
                world.operation("f1").waitingFor().contains("c3 to show that no pod"),
                world.operation("f1").waitingFor());
        agent("c3").temper = s -> s;
        world.converge();
        assertEquals(List.of(north), world.assignment(app).active());
    }

    @Test
    void alsoWhileTheApplicationIsPaused() {
        Uid app = app(true, 1, "region = eu-west");
        var spec = World.spec(1, World.on(1, "region = eu-west"), true);
        world.put(
                new ApplicationSpec(
                        spec.components(),
                        spec.placement(),
                        spec.disasterRecovery(),
                        spec.health(),
                        true),
                World.TENANT,
                "checkout");
        world.converge();
        agent("c3").observe("shop/checkout " + app);
        world.converge();
        assertTrue(role(app, east).isPresent());
        assertEquals(List.of(west), world.assignment(app).active());
    }

    @Test
    void othersAreKeptAndNamedWithWhatToType() {
        Uid app = app(false, 1, "region = eu-west");
        agent("c3").observe("shop/checkout " + app, "shop/gone uid-7", "without words");
        world.converge();

        assertTrue(role(app, east).isEmpty());
        assertTrue(world.store.works(east).plain().isEmpty());
        Condition told =
                Condition.find(world.clusterStatus("c3").conditions(), "HoldsOrphans")
                        .orElseThrow();
        assertTrue(
                told.message().contains("shop/checkout (" + app + "), shop/gone (uid-7)"),
                told.message());
        assertTrue(told.message().contains("kubectl get all -A -l"), told.message());
        assertEquals(1, events(east, "OrphansFound").size());

        agent("c3").observe();
        world.converge();
        assertTrue(
                Condition.find(world.clusterStatus("c3").conditions(), "HoldsOrphans").isEmpty());
        assertEquals(
                FleetImage.of(world.store.snapshot()),
                world.core.image(),
                "replayed is as read anew");
    }

    /** It may be a cluster that ran it under another name. */
    @Test
    void whoIsChosenLaterShowsFirstThatItRunsNothing() {
        Uid app = app(true, 1, "region = eu-west");
        unproved("c2");
        app(true, 2, "region != us-east");
        assertEquals(Optional.of(Role.QUARANTINED), role(app, north));
        assertEquals(List.of(west), world.assignment(app).active());
        agent("c2").temper = s -> s;
        world.converge();
        assertEquals(Optional.of(Role.STANDBY), role(app, north));
    }
}
