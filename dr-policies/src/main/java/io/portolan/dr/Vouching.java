package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Vouched;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of an attestation still counts. A cluster that was silent when an operator spoke for it and
 * was heard since speaks for itself; another epoch asks everybody anew.
 */
final class Vouching {
    private Vouching() {}

    /**
     * Ends what does not count any more, with an event.
     *
     * @param open clusters that have not shown that they run nothing
     * @return whether anything ended
     */
    static boolean ends(FailoverView view, Draft draft, Attestation attestation, List<Uid> open) {
        List<Vouched> left = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        for (Vouched vouched : attestation.clusters()) {
            Optional<String> why =
                    open.contains(vouched.cluster())
                            ? over(view, attestation, vouched)
                            : Optional.empty();
            why.ifPresentOrElse(ended::add, () -> left.add(vouched));
        }
        if (ended.isEmpty()) {
            return false;
        }
        draft.attestation(
                        left.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        new Attestation(
                                                attestation.operator(),
                                                attestation.reason(),
                                                attestation.at(),
                                                attestation.epoch(),
                                                left)))
                .event(
                        Severity.WARNING,
                        "AttestationVoid",
                        "the word of "
                                + attestation.operator()
                                + " (\""
                                + attestation.reason()
                                + "\") counts no more: "
                                + String.join("; ", ended));
        return true;
    }

    private static Optional<String> over(
            FailoverView view, Attestation attestation, Vouched vouched) {
        if (attestation.epoch() != view.assignment().epoch()) {
            return Optional.of(vouched.name() + " has another epoch to prove");
        }
        Optional<Instant> heard =
                view.cluster(vouched.cluster())
                        .flatMap(Candidate::lastHeard)
                        .filter(h -> vouched.silentSince().filter(h::isAfter).isPresent());
        return heard.map(
                at ->
                        vouched.name()
                                + " was heard again at "
                                + at
                                + ", and has to show itself that it runs nothing");
    }
}
