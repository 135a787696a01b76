package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Accounts;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.central.telemetry.Metrics;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Commits in a user's name. Answers what a handler can act on; all else becomes a refusal. */
public final class Commits {
    /** What no store can meet: a commit that is refused after its key was looked at. */
    private static final Precondition NEVER =
            new Precondition(new Row.Key.OfResource(ResourceKey.tenant("")), Long.MAX_VALUE);

    private final Store store;
    private final Metrics metrics;
    private final Clock clock;

    public Commits(Store store, Metrics metrics, Clock clock) {
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** How a user's commit may end without being refused. */
    sealed interface Outcome {
        record Done(long revision) implements Outcome {}

        record Before(String answer) implements Outcome {}

        record Conflict(String message) implements Outcome {}
    }

    Outcome commit(
            Optional<Authority.Idempotency> idempotency,
            List<Precondition> preconditions,
            List<Write> writes) {
        long began = System.nanoTime();
        CommitResult result = store.commit(new Authority.Api(idempotency), preconditions, writes);
        metrics.committed("api", result, Duration.ofNanos(System.nanoTime() - began));
        return switch (result) {
            case CommitResult.Committed done -> new Outcome.Done(done.revision());
            case CommitResult.Replayed before -> new Outcome.Before(before.answer());
            case CommitResult.Conflict conflict -> new Outcome.Conflict(conflict.message());
            case CommitResult.KeyReused _ ->
                    throw Problem.conflict("the Idempotency-Key was used for another request")
                            .refusal();
            case CommitResult.Unknown unknown ->
                    throw Problem.unavailable(
                                    unknown.message()
                                            + ", and the answer was lost: it may have happened or"
                                            + " not; look, or send it again")
                            .refusal();
            case CommitResult.Unavailable unavailable ->
                    throw Problem.unavailable(
                                    unavailable.message() + ": nothing was changed; send it again")
                            .refusal();
            case CommitResult.Fenced _, CommitResult.OutOfOrder _ ->
                    throw new IllegalStateException("no answer to a user's commit: " + result);
        };
    }

    /**
     * What a request of this key was answered with, if it was done. Waits for one that is on its
     * way; nothing is done.
     */
    Optional<String> answered(Authority.Idempotency key) {
        return switch (commit(Optional.of(key), List.of(NEVER), List.of())) {
            case Outcome.Before before -> Optional.of(before.answer());
            case Outcome.Conflict _ -> Optional.empty();
            case Outcome.Done _ -> throw new IllegalStateException("a tenant without a name");
        };
    }

    Instant now() {
        return clock.instant();
    }

    Write audit(Principal.User user, String action, Object subject, String reason) {
        return new Write.AddAudit(record(user, action, subject, reason));
    }

    private AuditEntry record(Principal.User user, String action, Object subject, String reason) {
        return new AuditEntry(
                now(), user.actor(), action, subject.toString(), reason, user.comment());
    }

    /** How a user's account or token is changed. */
    Accounts.How how(
            Principal.User user, String action, Object subject, String reason, boolean dryRun) {
        return dryRun
                ? new Accounts.How.Rehearsed()
                : new Accounts.How.Recorded(record(user, action, subject, reason));
    }

    Write event(Principal.User user, Uid subject, String reason, String message) {
        return new Write.AddEvent(
                new EventRecord(
                        subject,
                        now(),
                        EventRecord.Severity.NORMAL,
                        reason,
                        user.comment().isEmpty() ? message : message + " (" + user.comment() + ")",
                        user.actor()));
    }
}
