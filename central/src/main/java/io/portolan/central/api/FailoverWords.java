package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Optional;

/** An operator's word on a live failover: that clusters run nothing, or that it shall end. */
final class FailoverWords {
    private static final int ATTEMPTS = 8;

    private final Store store;
    private final Commits commits;
    private final FailoverPreview preview;

    FailoverWords(Store store, Commits commits, FailoverPreview preview) {
        this.store = store;
        this.commits = commits;
        this.preview = preview;
    }

    /** An operator's word on an operation. */
    record Word(String reason) {}

    Answer attest(Request request, Principal.User user) {
        var _ = OperationRoutes.reached(request, user);
        Attesting.Vow vow = request.form(Attesting.Vow.class);
        spoken(vow.reason());
        return change(
                request,
                user,
                "Attest",
                vow,
                vow.reason(),
                f -> {
                    alive(f);
                    beforeCommit(f);
                    return f.attested(
                            Optional.of(
                                    Attesting.said(f, vow, preview.open(f), user, commits.now())));
                });
    }

    Answer abort(Request request, Principal.User user) {
        var _ = OperationRoutes.reached(request, user);
        Word word = request.form(Word.class);
        spoken(word.reason());
        return change(
                request,
                user,
                "Abort",
                word,
                word.reason(),
                f -> {
                    alive(f);
                    return f.aborting();
                });
    }

    private static void spoken(String reason) {
        if (reason.isBlank() || reason.length() > OperationRoutes.LONGEST_REASON) {
            throw Problem.invalid(
                            OneField.wrong(
                                    "reason",
                                    "must tell why, in at most "
                                            + OperationRoutes.LONGEST_REASON
                                            + " characters"))
                    .refusal();
        }
    }

    /** An abort is possible to the end: after the commit it leaves the target its role. */
    private static void alive(Failover f) {
        if (f.state().ended()) {
            throw Problem.conflict(f.name() + " has ended: " + f.state()).refusal();
        }
    }

    /** Whoever is vouched for later would prove nothing. */
    private static void beforeCommit(Failover f) {
        if (f.state().committed()) {
            throw Problem.conflict(
                            f.name()
                                    + " is committed: in "
                                    + f.state()
                                    + " it is too late to attest")
                    .refusal();
        }
    }

    /** A change that refuses where it is not possible now. */
    private interface Step {
        Failover from(Failover failover);
    }

    /**
     * @param wish all that was asked for
     */
    private Answer change(
            Request request,
            Principal.User user,
            String action,
            Object wish,
            String reason,
            Step step) {
        Repetition repetition = Repetition.of(commits, request, user, wish);
        return repetition.once(
                FailoverWords::told,
                () -> {
                    for (int i = 0; i < ATTEMPTS; i++) {
                        Versioned<Row.OperationRow> there =
                                OperationRoutes.found(store, request, user);
                        Failover before = there.row().operation();
                        Failover after = step.from(before);
                        if (after.equals(before) || request.dryRun()) {
                            return Answer.ok(after);
                        }
                        switch (commit(there, after, repetition, user, action, reason)) {
                            case Commits.Outcome.Done _ -> {
                                return Answer.ok(after);
                            }
                            case Commits.Outcome.Before(String answer) -> {
                                return told(answer);
                            }
                            case Commits.Outcome.Conflict _ -> {}
                        }
                    }
                    throw Problem.unavailable("the executor writes it too; send it again")
                            .refusal();
                });
    }

    private static Answer told(String before) {
        return Answer.ok(Codec.lenient().read(before, Failover.class));
    }

    private Commits.Outcome commit(
            Versioned<Row.OperationRow> there,
            Failover after,
            Repetition repetition,
            Principal.User user,
            String action,
            String reason) {
        Row.OperationRow row = new Row.OperationRow(after);
        return commits.commit(
                repetition.storing(after),
                List.of(new Precondition(row.key(), there.revision())),
                List.of(
                        new Write.Put(row),
                        commits.audit(
                                user,
                                action,
                                "Failover " + after.tenant() + "/" + after.name(),
                                reason),
                        commits.event(
                                user,
                                after.application(),
                                "Failover" + action,
                                after.name() + ": " + reason)));
    }
}
