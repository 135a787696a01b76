package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.Vouched;
import io.portolan.model.operation.Failover.Word;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        Set<Uid> mute = new TreeSet<>();
        for (Vouched vouched : attestation.clusters()) {
            Optional<String> why =
                    open.contains(vouched.cluster())
                            ? over(view, attestation, vouched)
                            : Optional.empty();
            why.ifPresentOrElse(
                    over -> {
                        ended.add(over);
                        mute.add(vouched.cluster());
                    },
                    () -> left.add(vouched));
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
                                                left,
                                                said(attestation, mute))))
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

    /** Who spoke: {@code ann, bob}. */
    static String operators(Attestation attestation) {
        return attestation.words().isEmpty()
                ? attestation.operator()
                : attestation.words().stream()
                        .map(Word::operator)
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    /** {@code ; ann attested it, 1 of 2 operators}; empty where nobody did. */
    static String sofar(
            FailoverView view,
            Plan plan,
            Optional<Attestation> attestation,
            List<Fence.Open> open) {
        return attestation.stream()
                .flatMap(
                        a ->
                                open.stream()
                                        .map(Fence.Open::cluster)
                                        .filter(c -> !a.operators(c).isEmpty())
                                        .map(
                                                c ->
                                                        "; "
                                                                + String.join(", ", a.operators(c))
                                                                + " attested it of "
                                                                + Words.name(view, c)
                                                                + ", "
                                                                + a.operators(c).size()
                                                                + " of "
                                                                + plan.operators()
                                                                + " operators"))
                .collect(Collectors.joining());
    }

    /** The words without what no longer counts: who speaks again speaks anew. */
    private static List<Word> said(Attestation attestation, Set<Uid> mute) {
        return attestation.words().stream()
                .map(
                        w ->
                                new Word(
                                        w.operator(),
                                        w.reason(),
                                        w.at(),
                                        w.clusters().stream()
                                                .filter(c -> !mute.contains(c))
                                                .toList(),
                                        w.text()))
                .filter(w -> !w.clusters().isEmpty())
                .toList();
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
