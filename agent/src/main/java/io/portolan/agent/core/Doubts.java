package io.portolan.agent.core;

import io.portolan.agent.fence.PodTrace;
import io.portolan.model.app.Health;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import java.util.ArrayList;
import java.util.List;

/** What keeps the agent from giving its word of a stop, beside what still runs in order. */
final class Doubts {
    private Doubts() {}

    static List<Trouble> of(Application application, Nodes nodes) {
        List<Trouble> doubts = new ArrayList<>();
        List<PodTrace> doubtful =
                application.work.singleWriter() ? application.ledger.doubtful() : List.of();
        for (PodTrace trace : doubtful) {
            doubts.add(
                    new Trouble(
                            pod(trace),
                            Health.DEGRADED,
                            "MayStillRun",
                            trace.words() + ": nothing tells that it ended; " + trace.wayOut()));
        }
        for (PodTrace trace : application.ledger.running()) {
            if (!trace.node().isEmpty() && !nodes.ready(trace.node())) {
                doubts.add(
                        new Trouble(
                                pod(trace),
                                Health.DEGRADED,
                                "NodeSilent",
                                trace.name()
                                        + " counts as running: its node "
                                        + trace.node()
                                        + " is not ready, so nobody can say that it ended. The"
                                        + " stop is proved when the node is back, or an operator"
                                        + " attests"));
            }
        }
        return doubts;
    }

    private static ObjectRef pod(PodTrace trace) {
        int slash = trace.name().indexOf('/');
        return new ObjectRef(
                "v1", "Pod", trace.name().substring(0, slash), trace.name().substring(slash + 1));
    }
}
