package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.security.Principal;
import io.portolan.dr.Oath;
import io.portolan.dr.Unproved;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Vouched;
import io.portolan.model.operation.Failover.Word;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes an operator's word that clusters run nothing: only while the operation waits for their
 * proof, and only for clusters whose own proof will not come by waiting.
 */
final class Attesting {
    private Attesting() {}

    /**
     * @param clusters by name; none: all that are unproved
     * @param text what the operator was shown and confirms; empty: what it means now
     */
    record Vow(String reason, List<String> clusters, String text) {
        Vow {
            clusters = List.copyOf(clusters);
        }
    }

    static Attestation said(
            Failover f,
            Vow vow,
            Optional<FailoverPreview.Open> open,
            Principal.User user,
            Instant now) {
        if (f.state().compareTo(Failover.State.FENCING) < 0) {
            throw Problem.conflict(
                            f.name()
                                    + " is in "
                                    + f.state()
                                    + " and asks nobody yet; attest when it is in Fencing and says"
                                    + " for whose proof it waits")
                    .refusal();
        }
        if (f.planned()) {
            throw Problem.conflict(
                            f.name()
                                    + " is a planned move, which takes nobody's word: escalate it"
                                    + " to a failover first, or abort it")
                    .refusal();
        }
        List<Unproved> unproved = open.map(FailoverPreview.Open::unproved).orElse(List.of());
        if (unproved.isEmpty()) {
            throw Problem.conflict(
                            f.name()
                                    + " waits for nobody's proof"
                                    + f.attestation()
                                            .map(a -> ": " + a.operator() + " has attested")
                                            .orElse("")
                                    + (f.waitingFor().isEmpty()
                                            ? ""
                                            : "; it waits for " + f.waitingFor()))
                    .refusal();
        }
        long epoch = open.orElseThrow().epoch();
        List<Vouched> clusters =
                fresh(f, epoch, named(vow, unproved), user).stream()
                        .map(u -> new Vouched(u.cluster(), u.name(), u.silentSince()))
                        .toList();
        String text = Oath.text(f, clusters.stream().map(Vouched::name).sorted().toList(), epoch);
        if (!vow.text().isEmpty() && !vow.text().equals(text)) {
            throw Problem.conflict("what is to be confirmed has changed; it is now: " + text)
                    .refusal();
        }
        return joined(
                f.attestation().filter(a -> a.epoch() == epoch),
                epoch,
                clusters,
                new Word(
                        user.name(),
                        vow.reason(),
                        now,
                        clusters.stream().map(Vouched::cluster).toList(),
                        text));
    }

    /** Nobody's word counts twice where several operators are asked for. */
    private static List<Unproved> fresh(
            Failover f, long epoch, List<Unproved> named, Principal.User user) {
        Optional<Attestation> before = f.attestation().filter(a -> a.epoch() == epoch);
        List<Unproved> out =
                named.stream()
                        .filter(
                                u ->
                                        before.filter(
                                                        a ->
                                                                a.operators(u.cluster())
                                                                        .contains(user.name()))
                                                .isEmpty())
                        .toList();
        if (out.isEmpty()) {
            throw Problem.conflict(
                            user.name()
                                    + " has attested this of "
                                    + names(named)
                                    + " already; its policy asks for "
                                    + f.plan().map(Failover.Plan::operators).orElse(1)
                                    + " operators, so another one must")
                    .refusal();
        }
        return out;
    }

    private static List<Unproved> named(Vow vow, List<Unproved> unproved) {
        List<Unproved> attestable = unproved.stream().filter(Unproved::attestable).toList();
        if (vow.clusters().isEmpty()) {
            if (attestable.isEmpty()) {
                throw early(unproved);
            }
            return attestable;
        }
        List<Unproved> out = new ArrayList<>();
        for (String name : new LinkedHashSet<>(vow.clusters())) {
            Unproved found =
                    unproved.stream()
                            .filter(u -> u.name().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            Problem.invalid(
                                                            OneField.wrong(
                                                                    "clusters",
                                                                    name
                                                                            + " is not waited for;"
                                                                            + " it waits for "
                                                                            + names(unproved)))
                                                    .refusal());
            if (!found.attestable()) {
                throw early(List.of(found));
            }
            out.add(found);
        }
        return out;
    }

    private static RuntimeException early(List<Unproved> unproved) {
        return Problem.conflict(
                        names(unproved)
                                + " is heard and is stopping it: wait for its own proof; it waits"
                                + " for "
                                + unproved.stream()
                                        .map(Unproved::why)
                                        .collect(Collectors.joining("; ")))
                .refusal();
    }

    private static String names(List<Unproved> unproved) {
        return unproved.stream().map(Unproved::name).sorted().collect(Collectors.joining(", "));
    }

    /** What was said before, in this epoch, still counts. */
    private static Attestation joined(
            Optional<Attestation> before, long epoch, List<Vouched> clusters, Word word) {
        List<Vouched> all = new ArrayList<>(clusters);
        List<Word> words = new ArrayList<>();
        String said = word.reason();
        if (before.isPresent()) {
            for (Vouched vouched : before.get().clusters()) {
                if (clusters.stream().noneMatch(c -> c.cluster().equals(vouched.cluster()))) {
                    all.add(vouched);
                }
            }
            words.addAll(words(before.get()));
            said += "; before, " + before.get().operator() + ": " + before.get().reason();
        }
        words.add(word);
        return new Attestation(word.operator(), said, word.at(), epoch, all, words);
    }

    /** Of one that a former version stored, the one word that it was. */
    private static List<Word> words(Attestation before) {
        return before.words().isEmpty()
                ? List.of(
                        new Word(
                                before.operator(),
                                before.reason(),
                                before.at(),
                                before.clusters().stream().map(Vouched::cluster).toList(),
                                ""))
                : before.words();
    }
}
