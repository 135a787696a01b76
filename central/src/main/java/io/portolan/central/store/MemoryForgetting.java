package io.portolan.central.store;

import java.time.Instant;

/** What a {@link MemoryStore}, which owns it, forgets of itself, but for what goes by a commit. */
record MemoryForgetting(
        MemoryRows rows, MemoryRecords records, MemorySessions sessions, MemoryAccounts accounts) {

    /**
     * @return how many went
     */
    int forget(Old old, Instant now, int atMost) {
        return switch (old) {
            case Old.Events(var age) -> records.forgetEvents(now.minus(age), atMost);
            case Old.CrowdedEvents(var newest, var within) ->
                    records.forgetCrowded(newest, now.minus(within), atMost);
            case Old.Audit(var age) -> records.forgetAudit(now.minus(age), atMost);
            case Old.Answers(var age) -> records.forgetAnswers(now.minus(age), atMost);
            case Old.Contents(var unused) ->
                    records.forgetContents(
                            now.minus(unused), rows.contentInUse()::contains, atMost);
            case Old.Tokens(var expired) ->
                    sessions.forgetTokens(now.minus(expired))
                            + accounts.forgetTokens(now.minus(expired));
            case Old.Revisions(var newest, _) -> rows.forgetRevisions(newest, atMost);
            case Old.RevisionsOfDeleted() -> rows.forgetRevisionsOfDeleted(atMost);
            case Old.History(var keepAtLeast, var age, var keepAtMost) ->
                    rows.compact(keepAtLeast, now.minus(age), keepAtMost, atMost);
            case Old.Operations _ ->
                    throw new IllegalArgumentException("operations are watched: by a commit only");
        };
    }
}
