package io.portolan.central.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Two nodes on one PostgreSQL in which no notification is ever sent: watchers, the leader's image
 * and agents' parked polls hear of the other node's commits all the same, because each looks.
 */
class SilentNotificationsTest {
    private DatabaseSettings settings;
    private TestNode leading;
    private TestNode other;

    @BeforeEach
    void start() {
        settings = TestDatabase.fresh();
        TestDatabase.execute(
                settings,
                "create function public.pg_notify(text, text) returns void language sql as ''");
        TestDatabase.execute(
                settings,
                """
                do $$ begin
                    execute format(
                        'alter database %I set search_path = public, pg_catalog',
                        current_database());
                end $$""");
        leading = TestNode.start(PostgresStore.open(settings));
        other = leading.beside(PostgresStore.open(node("other")));
    }

    private DatabaseSettings node(String name) {
        return new DatabaseSettings(
                settings.url(),
                settings.user(),
                settings.password(),
                name,
                settings.readConnections());
    }

    @AfterEach
    void stop() {
        other.close();
        leading.close();
    }

    @Test
    void everythingArrivesByLooking() throws Exception {
        try (Connection listening =
                        SessionSort.LISTENER.source(settings, Guard.OPEN).getConnection();
                Events watch = other.watch("/api/v1/tenants?watch=true")) {
            Rows.execute(listening, "listen portolan_change");
            assertEquals("bookmark", watch.next().name());
            expect(201, leading.put("/api/v1/tenants/shop", Docs.TENANT));
            assertEquals("shop", watch.nextChange().subject());

            expect(201, other.put("/api/v1/clusters/c1", Docs.cluster("eu")));
            Reply minted = other.post("/api/v1/clusters/c1/join-tokens", "{\"validFor\":\"1h\"}");
            expect(201, minted);
            Agent agent = new Agent(minted.json().path("token").asText());
            expect(
                    201,
                    other.put("/api/v1/tenants/shop/applications/web", Docs.application("x:1")));
            // The other node commits, the leader decides, the other node's agent is told.
            assertEquals("web", agent.work().getFirst());

            PGNotification[] heard = listening.unwrap(PGConnection.class).getNotifications(1);
            assertTrue(heard == null || heard.length == 0, "notifications were sent");
        }
    }

    private static void expect(int status, Reply reply) {
        assertEquals(status, reply.status(), reply::toString);
    }

    /** Speaks with the node that does not lead. */
    private final class Agent {
        private final AgentMessages.Joined joined;
        private final AgentMessages.Welcome welcome;

        Agent(String token) {
            joined =
                    other.sendAs(
                                    "",
                                    "POST",
                                    AgentMessages.JOIN,
                                    Codec.lenient().text(new AgentMessages.Join(token, "test")))
                            .as(AgentMessages.Joined.class);
            welcome =
                    other.sendAs(
                                    joined.credential(),
                                    "POST",
                                    AgentMessages.HELLO,
                                    Codec.lenient()
                                            .text(
                                                    new AgentMessages.Hello(
                                                            1, 1, "test", 0, 0, List.of())))
                            .as(AgentMessages.Welcome.class);
        }

        /** The applications that it is to run, as soon as there are any. */
        List<String> work() {
            long cursor = 0;
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (System.nanoTime() < end) {
                Reply sync =
                        other.sendAs(
                                joined.credential(),
                                "GET",
                                AgentMessages.WORK
                                        + "?session="
                                        + welcome.session()
                                        + "&generation="
                                        + welcome.generation()
                                        + "&cursor="
                                        + cursor
                                        + "&wait=5",
                                "");
                expect(200, sync);
                cursor = sync.json().path("cursor").asLong();
                if (!sync.json().path("works").isEmpty()) {
                    return sync.json().path("works").findValuesAsText("name");
                }
            }
            throw new AssertionError("no work within a minute");
        }
    }
}
