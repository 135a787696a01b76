package io.portolan.e2e;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Exchange;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import java.util.ArrayList;
import java.util.List;

/**
 * What a user does while an agent and central talk, so that each thing that they can say is said: a
 * recording tells after which step something was said. The agent is that of the cluster {@link
 * #CLUSTER}; another one stands by.
 */
enum Conversation {
    /** The agent joins. */
    JOINED {
        @Override
        void begin(Portolan portolan) {}

        @Override
        boolean ended(Portolan portolan) {
            return true;
        }
    },
    /** A large application is placed: a delta, a content, a report. */
    PLACED {
        @Override
        void begin(Portolan portolan) {
            put(portolan, words("first "));
        }

        @Override
        boolean ended(Portolan portolan) {
            return says(portolan, "words", "revision 1 healthy on 1 of 1");
        }
    },
    /** A batch is lost: the next is answered 409, and resent from there. */
    CHANGED {
        @Override
        void begin(Portolan portolan) {
            put(portolan, words("second "));
        }

        @Override
        boolean ended(Portolan portolan) {
            return says(portolan, "words", "revision 2 healthy on 1 of 1");
        }
    },
    /** A single writer, small enough to come with its work. */
    WRITER {
        @Override
        void begin(Portolan portolan) {
            put(portolan, ledger().on(CLUSTER));
        }

        @Override
        boolean ended(Portolan portolan) {
            return says(portolan, "ledger", "revision 1 healthy on 1 of 1");
        }
    },
    PROTECTED {
        @Override
        void begin(Portolan portolan) {
            put(portolan, ledger().on(CLUSTER, Fleet.BARE));
        }

        @Override
        boolean ended(Portolan portolan) {
            return says(portolan, "ledger", "revision 2 healthy on 1 of 1, standby on 1");
        }
    },
    /** The role changes, and the demotion is proved. */
    DEMOTED {
        @Override
        void begin(Portolan portolan) {
            portolan.api()
                    .post(
                            "/api/v1/tenants/" + TENANT + "/failovers",
                            "{\"application\": \"ledger\", \"to\": \"bare\", \"reason\": \"test\"}")
                    .expect(201);
        }

        @Override
        boolean ended(Portolan portolan) {
            return portolan.api()
                    .get("/api/v1/tenants/" + TENANT + "/failovers")
                    .body()
                    .contains("\"state\":\"Completed\"");
        }
    },
    /** A tombstone, and its removal told. */
    DELETED {
        @Override
        void begin(Portolan portolan) {
            portolan.api().delete(Api.application(TENANT, "words")).expect(202);
        }

        @Override
        boolean ended(Portolan portolan) {
            return portolan.api().get(Api.application(TENANT, "words")).status() == 404;
        }
    };

    static final String TENANT = "spoken";
    static final String CLUSTER = "recorded";

    /** What the user does. */
    abstract void begin(Portolan portolan);

    /** Whether central shows that the agent has done its part. */
    abstract boolean ended(Portolan portolan);

    void awaitEnd(Portolan portolan) {
        Await.until(
                this + " to be done",
                Scene.LATER,
                () -> ended(portolan),
                () ->
                        "\n--- applications\n"
                                + portolan.api()
                                        .get("/api/v1/tenants/" + TENANT + "/applications")
                                        .body()
                                + "\n--- failovers\n"
                                + portolan.api()
                                        .get("/api/v1/tenants/" + TENANT + "/failovers")
                                        .body());
    }

    /** A tenant, a cluster and a token to join it. */
    static String prepare(Portolan portolan) {
        portolan.createTenant(TENANT);
        portolan.api()
                .put(
                        "/api/v1/clusters/" + CLUSTER,
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Cluster", "metadata": {"name": "recorded"},
                         "spec": {"location": {"region": "eu-west"}}}
                        """)
                .expect(200);
        return portolan.api()
                .post("/api/v1/clusters/" + CLUSTER + "/join-tokens", "{\"validFor\": \"1h\"}")
                .expect(201)
                .json()
                .get("token")
                .getAsString();
    }

    /** All that says something: no empty polls, no empty reports, one heartbeat a step. */
    static List<Exchange> worthKeeping(List<Exchange> heard) {
        List<Exchange> out = new ArrayList<>();
        String beaten = "";
        for (Exchange e : heard) {
            boolean keep =
                    switch (e.route()) {
                        case "work" ->
                                e.status() == 200
                                        && (e.answer().contains("\"full\":true")
                                                || !e.answer().contains("\"works\":[]"));
                        case "reports" ->
                                e.status() == 409 || !e.body().contains("\"statuses\":[]");
                        case "heartbeat" -> !beaten.equals(e.after());
                        default -> e.status() == 200;
                    };
            if (keep) {
                out.add(e);
                beaten = e.route().equals("heartbeat") ? e.after() : beaten;
            }
        }
        return out;
    }

    private static void put(Portolan portolan, App app) {
        portolan.api().put(app.path(), app.json()).expect(200);
    }

    private static boolean says(Portolan portolan, String application, String summary) {
        return portolan.api()
                .status(TENANT, application)
                .get("summary")
                .getAsString()
                .startsWith(summary);
    }

    /** Large enough to be fetched by its digest and not to come with the work. */
    private static App words(String word) {
        return new App(TENANT, "words")
                .manifests(
                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "words"},
                         "data": {"text": "%s"}}
                        """
                                .formatted(word.repeat(4_000)))
                .on(CLUSTER);
    }

    private static App ledger() {
        return new App(TENANT, "ledger")
                .manifests(
                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ledger"}, "data": {"a": "b"}}
                        """)
                .singleWriter();
    }
}
