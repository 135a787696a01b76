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
import io.portolan.dr.Controls;
import io.portolan.model.Names;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Optional;

/**
 * A user's word on a live failover: that clusters run nothing, that they agree to it, or how it
 * goes on.
 */
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

    /** What {@link Controls} takes: how it goes on. */
    Answer control(Control.Kind kind, Request request, Principal.User user) {
        var _ = OperationRoutes.reached(request, user);
        Word word = request.form(Word.class);
        spoken(word.reason());
        return change(
                request,
                user,
                action(kind),
                word,
                word.reason(),
                f -> taken(Controls.say(f, kind, user.name(), word.reason(), commits.now())));
    }

    /**
     * @param comment why, if there is anything to say
     */
    record Consent(String comment) {}

    Answer approve(Request request, Principal.User user) {
        var _ = OperationRoutes.reached(request, user);
        Consent consent = request.form(Consent.class);
        if (consent.comment().length() > OperationRoutes.LONGEST_REASON) {
            throw Problem.invalid(
                            OneField.wrong(
                                    "comment",
                                    "at most " + OperationRoutes.LONGEST_REASON + " characters"))
                    .refusal();
        }
        return change(
                request,
                user,
                "Approve",
                consent,
                consent.comment(),
                f -> taken(Controls.approve(f, user.name(), consent.comment(), commits.now())));
    }

    private static Failover taken(Controls.Answer answer) {
        return switch (answer) {
            case Controls.Answer.Said(Failover said) -> said;
            case Controls.Answer.Not(String why) -> throw Problem.conflict(why).refusal();
        };
    }

    /** {@code Pause}. */
    private static String action(Control.Kind kind) {
        return Names.camel(kind);
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
