package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What central tells its agents of an application that leaves a cluster. */
class EndingTest {
    private final World world = new World();

    @BeforeEach
    void clusters() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-north");
        world.cluster("c3", "us-east");
        world.lead();
        world.settle();
        world.agents.values().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        world.settle();
    }

    private Uid checkout(ApplicationSpec spec) {
        Uid app = world.put(spec, World.TENANT, "checkout");
        world.converge();
        return app;
    }

    /** What the API stores of a deletion. */
    private void delete(String word) {
        ApplicationSpec spec = spec();
        world.put(
                spec,
                World.TENANT,
                "checkout",
                m -> m.withAnnotation(Ends.ANNOTATION, word).deletionRequested(world.now));
    }

    private ApplicationSpec spec() {
        return (ApplicationSpec)
                world.store
                        .find(world.key("checkout"))
                        .orElseThrow()
                        .resource()
                        .row()
                        .resource()
                        .spec();
    }

    private Work work(String cluster, Uid app) {
        return world.work(cluster, app).orElseThrow();
    }

    private boolean gone() {
        return world.store.find(world.key("checkout")).isEmpty();
    }

    @Test
    void whoMovesAwayIsToldSoAndWhoIsDeletedToo() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        world.put(World.spec(1, World.on(1, "region = eu-north"), false), World.TENANT, "checkout");
        world.settle();
        world.agents.get("c2").work();
        world.settle();
        assertEquals(Optional.of(Ending.MOVE), work("c1", app).end());

        delete("");
        world.settle();
        assertEquals(Optional.of(Ending.DELETE), work("c1", app).end(), "it is deleted meanwhile");
        assertEquals(Optional.of(Ending.DELETE), work("c2", app).end());
        world.converge();
        assertTrue(gone());
    }

    @Test
    void volumesAreDeletedWhereThatWasSaidAlsoByALeaderToCome() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        delete(Ends.DELETE_VOLUMES);
        world.crash("second");
        world.settle();
        assertEquals(Optional.of(Ending.DELETE_VOLUMES), work("c1", app).end());
        assertTrue(
                world.condition("checkout", "Deleting").message().contains("volume claims"),
                world.condition("checkout", "Deleting")::message);
    }

    @Test
    void whatIsKeptNamesItsContentAndItsRoleSoThatAnOldAgentGoesOnRunningIt() {
        Uid app = checkout(World.spec(1, World.on(2, "region in (eu-west, eu-north)"), false));
        FakeAgent old = world.agents.get("c2");
        old.abilities = List.of();
        old.join();
        world.converge();

        delete(Ends.KEEP_WORKLOADS);
        world.converge();
        assertTrue(world.work("c1", app).isEmpty(), "given up");
        assertTrue(work("c2", app).content().isPresent());
        assertEquals(Role.ACTIVE, work("c2", app).role());
        assertTrue(old.runs(app));
        assertEquals(
                "waits for c2 (its agent 1 cannot give objects up, so it goes on running it:"
                        + " update the agent); its objects are given up and stay as they are",
                world.condition("checkout", "Deleting").message());

        old.abilities = world.agents.get("c1").abilities;
        old.join();
        world.converge();
        assertTrue(gone());
    }

    @Test
    void aSilentClusterGivesUpWhenItReturns() {
        checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(45));
        delete(Ends.KEEP_WORKLOADS);
        world.converge();
        assertTrue(
                world.condition("checkout", "Deleting")
                        .message()
                        .startsWith(
                                "waits for c1 (unreachable: it is given up when the cluster"
                                        + " returns)"),
                world.condition("checkout", "Deleting")::message);
        world.agents.get("c1").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertTrue(gone());
    }

    @Test
    void aQuarantinedClusterStopsBeforeItGivesUp() {
        Uid app = checkout(World.spec(1, World.on(2, "region in (eu-west, eu-north)"), true));
        Assignment before = world.assignment(app);
        String source =
                before.active().getFirst().equals(world.agents.get("c1").uid()) ? "c1" : "c2";
        FakeAgent agent = world.agents.get(source);
        agent.temper = s -> FakeAgent.silent(s);
        // As after a failover that was attested: it is to stop and has not shown that it did.
        world.put(
                World.spec(1, World.on(2, "region in (eu-west, eu-north)"), false),
                World.TENANT,
                "checkout");
        world.converge();
        world.put(
                World.spec(1, World.on(2, "region in (eu-west, eu-north)"), true),
                World.TENANT,
                "checkout");
        world.converge();
        assertEquals(Role.QUARANTINED, work(source, app).role());

        delete(Ends.KEEP_WORKLOADS);
        world.converge();
        assertEquals(Optional.empty(), work(source, app).end());
        assertTrue(
                world.condition("checkout", "Deleting").message().contains("must show first"),
                world.condition("checkout", "Deleting")::message);

        agent.temper = s -> s;
        world.converge();
        assertTrue(gone());
    }

    @Test
    void whoChangesHisMindChangesWhatIsLeft() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        world.agents.get("c1").cutOff = true;
        delete(Ends.KEEP_WORKLOADS);
        world.settle();
        long first = work("c1", app).sequence();
        assertEquals(Optional.of(Ending.KEEP), work("c1", app).end());
        delete("");
        world.settle();
        assertEquals(Optional.of(Ending.DELETE), work("c1", app).end());
        assertTrue(work("c1", app).sequence() > first);
        assertTrue(work("c1", app).content().isEmpty());
    }

    @Test
    void singleObjectsAreAdoptedByName() {
        Uid app =
                world.put(
                        World.spec(1, World.on(1, "region = eu-west"), false),
                        World.TENANT,
                        "checkout",
                        m ->
                                m.withAnnotation(
                                        Adopting.ANNOTATION,
                                        "ConfigMap/settings, Deployment.apps/web, nonsense"));
        world.converge();
        Work named = work("c1", app);
        assertEquals(List.of("ConfigMap/settings", "Deployment.apps/web"), named.adopting());
        assertEquals(false, named.adopt());
    }
}
