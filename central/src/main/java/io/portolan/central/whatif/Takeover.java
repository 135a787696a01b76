package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.View;
import io.portolan.dr.FailoverMove;
import io.portolan.dr.FailoverPlanner;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.operation.Failover;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Where a failover would bring an application: the planner's own preflight, asked of an image. */
sealed interface Takeover {
    record To(Uid cluster) implements Takeover {}

    record Refused(String why) implements Takeover {}

    static Takeover of(FleetImage silent, Resource<ApplicationSpec> application, Instant now) {
        Failover asked = asked(application, now);
        View view = new View(silent, Map.of(), now);
        return switch (FailoverPlanner.step(Executor.seen(view, asked, application), now)) {
            case FailoverMove.Advance(Failover planned, _, _) ->
                    planned.state() == Failover.State.PREFLIGHT
                            ? planned.plan()
                                    .<Takeover>map(p -> new To(p.target()))
                                    .orElseGet(() -> new Refused("no plan"))
                            : new Refused(planned.steps().getLast().detail());
            case FailoverMove.Wait _ -> new Refused("it cannot be planned yet");
        };
    }

    private static Failover asked(Resource<ApplicationSpec> application, Instant now) {
        return Failover.requested(
                new Uid("simulated"),
                application.metadata().tenant(),
                "simulated",
                application.uid(),
                application.metadata().name(),
                new Failover.Request("", List.of(), "simulated", "central"),
                now);
    }
}
