package io.portolan.central.store;

import io.portolan.model.Uid;
import java.util.Optional;

/** In whose name a commit is made, checked inside its transaction. */
public sealed interface Authority {
    /** A controller: refused unless the leader row holds exactly this term. */
    record Leader(Term term) implements Authority {}

    /** A user's request through the API, at most once per idempotency key. */
    record Api(Optional<Idempotency> idempotency) implements Authority {}

    /**
     * An agent's report: refused unless this is the cluster's newest session and its next batch.
     */
    record Agent(Uid cluster, long session, long batch) implements Authority {}

    /**
     * @param scope whose key it is: principal and route
     * @param request digest of the request: the same key with another request is an error
     * @param answer what to give to a repetition
     */
    record Idempotency(String scope, String key, String request, String answer) {}
}
