package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.security.Principal;
import io.portolan.dr.Unproved;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Vouched;
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
     */
    record Vow(String reason, List<String> clusters) {
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
        switch (f.state()) {
            case REQUESTED, PREFLIGHT, REVOKING ->
                    throw Problem.conflict(
                                    f.name()
                                            + " is in "
                                            + f.state()
                                            + " and asks nobody yet; attest when it is in Fencing"
                                            + " and says for whose proof it waits")
                            .refusal();
            case FENCING, PROMOTING, VERIFYING, COMPLETED, ABORTED, REFUSED -> {}
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
        return joined(
                f.attestation(),
                open.orElseThrow().epoch(),
                named(vow, unproved).stream()
                        .map(u -> new Vouched(u.cluster(), u.name(), u.silentSince()))
                        .toList(),
                user,
                vow.reason(),
                now);
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

    /** What was said before, in this epoch, of other clusters still counts. */
    private static Attestation joined(
            Optional<Attestation> before,
            long epoch,
            List<Vouched> clusters,
            Principal.User user,
            String reason,
            Instant now) {
        List<Vouched> all = new ArrayList<>(clusters);
        String said = reason;
        if (before.isPresent() && before.get().epoch() == epoch) {
            for (Vouched vouched : before.get().clusters()) {
                if (clusters.stream().noneMatch(c -> c.cluster().equals(vouched.cluster()))) {
                    all.add(vouched);
                }
            }
            said = reason + "; before, " + before.get().operator() + ": " + before.get().reason();
        }
        return new Attestation(user.name(), said, now, epoch, all);
    }
}
