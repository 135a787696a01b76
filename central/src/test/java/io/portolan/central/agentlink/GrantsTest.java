package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an agent may hand to its guards. */
class GrantsTest extends AgentWorld {
    private static final Uid APP = new Uid("app-a");
    private static final Uid OTHER = new Uid("app-b");

    private void guarded(Agent agent, Uid application, Role role, Optional<Digest> content) {
        commit(
                new Write.Put(
                        new Row.WorkRow(
                                new Work(
                                        application,
                                        "shop",
                                        application.value(),
                                        agent.joined.cluster(),
                                        role,
                                        1,
                                        3,
                                        7,
                                        content,
                                        true,
                                        false,
                                        false,
                                        List.of(),
                                        Optional.empty(),
                                        Optional.of(
                                                new SelfFence(
                                                        Duration.ofSeconds(30),
                                                        Duration.ofMinutes(2),
                                                        7,
                                                        "http://agent"))))));
    }

    private Grants grants(Agent agent) {
        return agent.get(AgentMessages.GRANTS + "?session=" + agent.welcome.session())
                .as(Grants.class);
    }

    @Test
    void grantsWhatHasTheActiveRoleAndTellsWhatDoesNot() {
        Agent paris = new Agent("paris");
        Agent rome = new Agent("rome");
        Optional<Digest> content = Optional.of(Digest.of(new byte[] {1}));
        guarded(paris, APP, Role.ACTIVE, content);
        guarded(paris, OTHER, Role.QUARANTINED, content);
        guarded(rome, OTHER, Role.ACTIVE, content);
        assertEquals(new Grants(List.of(new Grant(APP, 3, 30_000)), List.of(OTHER)), grants(paris));
        assertEquals(new Grants(List.of(new Grant(OTHER, 3, 30_000)), List.of()), grants(rome));
        guarded(paris, APP, Role.ACTIVE, Optional.empty());
        assertEquals(new Grants(List.of(), List.of(APP, OTHER)), grants(paris), "it ends there");
    }

    @Test
    void grantsToTheNewestSessionOnly() {
        Agent paris = new Agent("paris");
        String path = AgentMessages.GRANTS + "?session=" + paris.welcome.session();
        assertEquals(200, paris.get(path).status());
        paris.hello();
        assertEquals(410, paris.get(path).status());
    }

    /** What runs there may have been given to another in a decision that was lost. */
    @Test
    void ofAnEpochOfBeforeTheRestoreNothingIsSaidUntilAllGrantsHaveRunOut() {
        Agent paris = new Agent("paris");
        guarded(paris, APP, Role.ACTIVE, Optional.of(Digest.of(new byte[] {1})));
        guarded(paris, OTHER, Role.QUARANTINED, Optional.of(Digest.of(new byte[] {1})));
        List<Work> works = store.works(paris.joined.cluster()).plain();
        Optional<Store.Restored> restored = Optional.of(new Store.Restored(4, Instant.EPOCH));
        Grants none = new Grants(List.of(), List.of());
        assertEquals(none, GrantRoutes.of(works, restored, Duration.ofSeconds(119)));
        Grants all = new Grants(List.of(new Grant(APP, 3, 30_000)), List.of(OTHER));
        assertEquals(all, GrantRoutes.of(works, restored, Duration.ofMinutes(3)));
        assertEquals(all, GrantRoutes.of(works, Optional.empty(), Duration.ZERO));
    }
}
