package io.portolan.central.reconcile;

import io.portolan.central.store.Authority;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Write;
import io.portolan.dr.HookCall;
import java.time.Instant;
import java.util.List;

/** What the core wants done. Completions come back as events with the same id. */
public sealed interface Effect {
    /** Answered by {@link Event.Committed}, sooner or later, also when the answer was lost. */
    record Commit(
            long id, Authority authority, List<Precondition> preconditions, List<Write> writes)
            implements Effect {}

    /** Answered by {@link Event.TimerFired} at this time. A newer timer replaces an older one. */
    record Timer(long id, Instant at) implements Effect {}

    /**
     * Answered by {@link Event.Acted}, sooner or later. Made of what is stored, so that who leads
     * next makes it again when the answer is lost.
     */
    record Act(long id, HookCall call) implements Effect {}

    /** A bug or a refusal that an engineer should see; never answered. */
    record Complain(Key key, Throwable cause) implements Effect {}
}
