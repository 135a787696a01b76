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
        Failover said = o.attested(attestation);
        return abort ? said.aborting() : said;
    }

    /** Whom an operator vouched for. */
    static List<Uid> attested(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Attested attested -> attested.clusters();
            case Evidence.All all ->
                    all.parts().stream().flatMap(part -> attested(part).stream()).toList();
            case Evidence.None _,
                    Evidence.Demoted _,
                    Evidence.Expired _,
                    Evidence.Resource _,
                    Evidence.PoweredOff _,
                    Evidence.NeverActive _ ->
                    List.of();
        };
    }
}
