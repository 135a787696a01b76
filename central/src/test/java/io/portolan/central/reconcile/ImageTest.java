package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decisions are made from the image: what is so when it is new, and when it is behind. */
class ImageTest {
    private static final List<String> APPLICATIONS = List.of("a", "b", "c");

    private final World world = new World();

    @BeforeEach
    void start() {
        world.lead();
        for (String cluster : List.of("c1", "c2")) {
            world.cluster(cluster, "eu-west");
            world.agents.get(cluster).join();
        }
        world.pass(Duration.ofSeconds(2));
        for (String name : APPLICATIONS) {
            world.put(World.spec(1, World.on(2, ""), false), World.TENANT, name);
        }
        world.converge();
        world.pass(Duration.ofSeconds(2));
        world.converge();
    }

    private List<Work> works() {
        List<Work> out = new ArrayList<>();
        for (var row : world.store.snapshot().rows()) {
            if (row.row() instanceof Row.WorkRow(Work work)) {
                out.add(work);
            }
        }
        return out;
    }

    /** Nothing that agents have is sent again, and nothing is written that is there. */
    @Test
    void aNewLeaderOfAFleetAtRestCommitsNothing() {
        List<Work> before = works();
        assertEquals(2 * APPLICATIONS.size(), before.size());
        long head = world.store.head();
        int commits = world.commits.size();

        world.crash("second");
        world.converge();
        world.pass(Duration.ofSeconds(5));

        assertTrue(world.core.reconciled() >= APPLICATIONS.size(), "it looked at all of them");
        assertEquals(List.of(), world.commits.subList(commits, world.commits.size()));
        assertEquals(before, works());
        assertEquals(head, world.store.head());
    }

    /** It begins at one snapshot, and goes on from just there. */
    @Test
    void aNewLeadersImageGoesOnFromItsSnapshot() {
        Store.Snapshot snapshot = world.store.snapshot();
        world.crash("second");
        assertEquals(snapshot.revision(), world.core.image().revision());

        world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "late");
        world.converge();

        assertEquals(world.store.head(), world.core.image().revision());
        FleetImage anew = FleetImage.of(world.store.snapshot());
        assertEquals(
                List.copyOf(anew.applications()), List.copyOf(world.core.image().applications()));
        assertEquals(List.copyOf(anew.clusters()), List.copyOf(world.core.image().clusters()));
        for (Work work : works()) {
            assertEquals(
                    anew.works(work.application()), world.core.image().works(work.application()));
        }
    }

    /** An image that is behind its own write would decide the same again. */
    @Test
    void whoWroteWaitsForNewsOfIt() {
        world.faults =
                new World.Faults() {
                    @Override
                    public CommitResult commit(Store store, Effect.Commit commit) {
                        return store.commit(
                                commit.authority(), commit.preconditions(), commit.writes());
                    }

                    @Override
                    public boolean newsArrive() {
                        return false;
                    }
                };
        long edit = world.store.head() + 1;
        world.put(World.spec(2, World.on(2, ""), false), World.TENANT, "a");
        // After the edit and before the decision on it: news that touch the application again.
        FakeAgent agent = world.agents.get("c1");
        Uid app = world.store.find(world.key("a")).orElseThrow().resource().row().resource().uid();
        agent.temper =
                status ->
                        status.application().equals(app)
                                ? FakeAgent.with(status, Health.DEGRADED)
                                : status;
        assertTrue(agent.work());
        int before = world.commits.size();
        step(world.store.changes(edit - 1, 1));
        world.settle();
        assertEquals(before + 1, world.commits.size());
        assertEquals(edit + 2, world.store.head(), "the decision stands");

        step(world.store.changes(edit, 1));
        world.settle();
        assertEquals(edit + 1, world.core.image().revision(), "the image is behind the decision");
        world.pass(Duration.ofSeconds(10));
        assertEquals(before + 1, world.commits.size(), "it decided without its own write");

        step(world.store.changes(edit + 1, 1));
        assertEquals(world.store.head(), world.core.image().revision());
    }

    private void step(List<Change> changes) {
        world.step(new Event.Changed(world.core.image().revision(), changes));
    }
}
