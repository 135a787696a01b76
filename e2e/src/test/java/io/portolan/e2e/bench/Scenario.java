package io.portolan.e2e.bench;

import java.util.Arrays;
import java.util.Optional;

/** The scenarios by the names that users type. */
enum Scenario {
    THREAD(
            "thread",
            "an application's way to three API servers, idle and in a burst, beside the direct"
                    + " limit") {
        @Override
        void measure(Figures into) throws Exception {
            ThreadScenario.measure(into);
        }
    },
    AGENT_MEMORY("agent-memory", "an agent's resident memory with 1, 100 and 1,000 applications") {
        @Override
        void measure(Figures into) throws Exception {
            AgentMemoryScenario.measure(into);
        }
    },
    DEV_START("dev-start", "the second start of ./portolan dev, and one command of the CLI") {
        @Override
        void measure(Figures into) throws Exception {
            DevStartScenario.measure(into);
        }
    },
    APPLY("apply", "an application of 3,000 objects: first, unchanged, one of them changed") {
        @Override
        void measure(Figures into) {
            ApplyScenario.measure(into);
        }
    },
    DRIFT("drift", "200 objects deleted and edited by hand, until each is repaired") {
        @Override
        void measure(Figures into) {
            DriftScenario.measure(into);
        }
    },
    RESTART("restart", "a central with 1,000 clusters of 100 works each, until it leads again") {
        @Override
        void measure(Figures into) {
            RestartScenario.measure(into);
        }
    },
    FAILOVER(
            "failover",
            "failovers from the command to verified health, by phases; a cluster"
                    + " with a hundred of them lost, and its return") {
        @Override
        void measure(Figures into) throws Exception {
            FailoverScenario.measure(into);
        }
    },
    WATCH("watch", "writers at full speed, 1,000 watchers that each select a thousandth") {
        @Override
        void measure(Figures into) throws Exception {
            WatchScenario.measure(into);
        }
    },
    PLACEMENT("placement", "decisions of the engine over 10 to 10,000 clusters, simple and rich") {
        @Override
        void measure(Figures into) throws Exception {
            PlacementScenario.measure(into, forks());
        }
    },
    EVACUATE(
            "evacuate",
            "one of 100 clusters lost with 10,000 applications, until others have all works") {
        @Override
        void measure(Figures into) throws Exception {
            EvacuateScenario.measure(into);
        }
    },
    TAKEOVER(
            "takeover",
            "a leader killed, stopped, frozen, frozen in a transaction, until the next decides") {
        @Override
        void measure(Figures into) throws Exception {
            TakeoverScenario.measure(into);
        }
    };

    private static final String FORKS = "PORTOLAN_BENCH_FORKS";

    private final String title;
    private final String summary;

    Scenario(String title, String summary) {
        this.title = title;
        this.summary = summary;
    }

    abstract void measure(Figures into) throws Exception;

    String title() {
        return title;
    }

    String summary() {
        return summary;
    }

    /** One, which is enough to compare; more tell how much a figure differs by process. */
    private static int forks() {
        return Integer.parseInt(System.getenv().getOrDefault(FORKS, "1"));
    }

    static Optional<Scenario> find(String title) {
        return Arrays.stream(values()).filter(s -> s.title.equals(title)).findFirst();
    }
}
