package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import java.util.List;
import java.util.Optional;

/** Failovers as users change them, and what their evidence says. */
final class Operations {
    private Operations() {}

    /** What a user's word changes. */
    static Failover edited(Failover o, Optional<Attestation> attestation, boolean abort) {
        return new Failover(
                o.uid(),
                o.tenant(),
                o.name(),
                o.application(),
                o.applicationName(),
                o.request(),
                o.singleWriter(),
                o.state(),
                o.plan(),
                o.steps(),
                attestation,
                abort,
                o.evidence(),
                o.epochBefore(),
                o.epochAfter(),
                o.waitingFor(),
                o.next(),
                o.requestedAt(),
                o.endedAt(),
                o.report());
    }

    /** Whom an operator vouched for. */
    static List<Uid> attested(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Attested attested -> attested.clusters();
            case Evidence.All all ->
                    all.parts().stream().flatMap(part -> attested(part).stream()).toList();
            case Evidence.None _, Evidence.Demoted _, Evidence.NeverActive _ -> List.of();
        };
    }
}
