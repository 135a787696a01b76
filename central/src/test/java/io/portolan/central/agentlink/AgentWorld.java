package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Holding;
import io.portolan.model.wire.AgentMessages.Joined;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A node and agents that join it. */
class AgentWorld {
    static final Uid APP = new Uid("app-1");
    static final Uid OTHER = new Uid("app-2");
    static final byte[] SMALL = content("small");
    static final byte[] LARGE = content("x".repeat(AgentMessages.INLINE_CONTENT_LIMIT));

    Store store;
    TestNode node;

    @BeforeEach
    void start() {
        store = new MemoryStore(Clock.systemUTC());
        assertTrue(store.lead("other", "term", Duration.ofHours(1)).isPresent());
        node = TestNode.start(store);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    static byte[] content(String value) {
        return Codec.lenient()
                .write(
                        new Content(
                                List.of(
                                        new KubeObject(
                                                Map.of(
                                                        "apiVersion",
                                                        "v1",
                                                        "kind",
                                                        "ConfigMap",
                                                        "metadata",
                                                        Map.of("name", "a"),
                                                        "data",
                                                        Map.of("k", value))))));
    }

    /** One joined agent. */
    final class Agent {
        final Joined joined;
        Welcome welcome;

        Agent(String cluster) {
            assertEquals(201, node.put("/api/v1/clusters/" + cluster, Docs.cluster("eu")).status());
            joined = join(mint(cluster)).as(Joined.class);
            welcome = hello().as(Welcome.class);
        }

        Reply post(String path, Object message) {
            return node.sendAs(joined.credential(), "POST", path, Codec.lenient().text(message));
        }

        Reply get(String path) {
            return node.sendAs(joined.credential(), "GET", path, "");
        }

        Reply content(String digest) {
            return get(AgentMessages.CONTENT + digest + "?session=" + welcome.session());
        }

        Reply hello(Holding... holdings) {
            return post(AgentMessages.HELLO, new Hello(1, 1, "test", 0, 0, List.of(holdings)));
        }

        Reply sync(long cursor, int wait) {
            return sync(welcome.generation(), cursor, wait);
        }

        Reply sync(long generation, long cursor, int wait) {
            return get(
                    AgentMessages.WORK
                            + "?session="
                            + welcome.session()
                            + "&generation="
                            + generation
                            + "&cursor="
                            + cursor
                            + "&wait="
                            + wait);
        }

        Work work(Uid application, long sequence, Role role, Optional<byte[]> content) {
            return new Work(
                    application,
                    "shop",
                    application.value(),
                    joined.cluster(),
                    role,
                    1,
                    1,
                    sequence,
                    content.map(Digest::of),
                    false,
                    false);
        }

        void give(Uid application, long sequence, byte[] content) {
            commit(
                    new Write.PutContent(Digest.of(content), content),
                    new Write.Put(
                            new Row.WorkRow(
                                    work(
                                            application,
                                            sequence,
                                            Role.ACTIVE,
                                            Optional.of(content)))));
        }

        WorkStatus status(Uid application, long sequence) {
            return new WorkStatus(
                    application,
                    joined.cluster(),
                    Role.ACTIVE,
                    1,
                    1,
                    sequence,
                    sequence,
                    false,
                    Health.HEALTHY,
                    "ok",
                    1,
                    1,
                    1,
                    List.of(),
                    List.of(),
                    Optional.empty());
        }

        Reply report(long batch, WorkStatus... statuses) {
            return post(
                    AgentMessages.REPORTS,
                    new Report(
                            welcome.session(),
                            batch,
                            List.of(statuses),
                            Optional.empty(),
                            List.of()));
        }
    }

    String mint(String cluster) {
        Reply minted =
                node.post("/api/v1/clusters/" + cluster + "/join-tokens", "{\"validFor\":\"1h\"}");
        assertEquals(201, minted.status(), minted::toString);
        return minted.json().path("token").asText();
    }

    Reply join(String token) {
        return node.sendAs(
                "",
                "POST",
                AgentMessages.JOIN,
                Codec.lenient().text(new AgentMessages.Join(token, "test")));
    }

    void commit(Write... writes) {
        CommitResult result =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.<Precondition>of(),
                        List.of(writes));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    Optional<WorkStatus> stored(Agent agent, Uid application) {
        return store.snapshot().rows().stream()
                .map(v -> v.row())
                .filter(Row.WorkStatusRow.class::isInstance)
                .map(r -> ((Row.WorkStatusRow) r).status())
                .filter(
                        s ->
                                s.cluster().equals(agent.joined.cluster())
                                        && s.application().equals(application))
                .findFirst();
    }
}
