package io.portolan.agent.core;

import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.state.Change;
import io.portolan.model.Digest;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Report;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What the core wants done. Plain data; each is answered by an {@link Event} that names its id.
 * Effects may be done in any order and at once, but {@link Persist} only in the order given.
 *
 * <p>{@code attempt} counts failures in a row of that lane: whoever does the effect waits before it
 * as its backoff says.
 */
public sealed interface Effect {
    /** Unique in one life of the core. */
    long id();

    /** Durable as one, before {@link Event.Persisted}. */
    record Persist(long id, List<Change> changes) implements Effect {
        public Persist {
            changes = List.copyOf(changes);
        }
    }

    record OpenSession(long id, Hello hello, int attempt) implements Effect {}

    /**
     * @param cursor 0 asks for the full set
     */
    record Poll(long id, long session, long generation, long cursor, int waitSeconds, int attempt)
            implements Effect {}

    record Fetch(long id, Digest digest, int attempt) implements Effect {}

    record SendReport(long id, Report report, int attempt) implements Effect {}

    record Beat(long id, long session) implements Effect {}

    /** What may go on that fences itself? Answered by {@link Event.GrantsTold}, or the failure. */
    record AskGrants(long id) implements Effect {}

    record Apply(long id, KubeObject object, boolean force) implements Effect {}

    record Delete(long id, ObjectRef ref, String uid) implements Effect {}

    record Get(long id, ObjectRef ref) implements Effect {}

    /**
     * A consistent list, in all namespaces.
     *
     * @param named only what names each object and its writers is wanted, of every object; else
     *     each whole, and some suffice
     */
    record ListObjects(long id, TypeRef type, String selector, boolean named) implements Effect {}

    /** JSON merge patch of one version of an object, answered by {@link Event.ApplyDone}. */
    record Patch(long id, ObjectRef ref, KubeObject patch, String resourceVersion)
            implements Effect {}

    /** List, then watch, and again whenever the watch ends, until stopped. */
    record StartWatch(long id, TypeRef type, String selector) implements Effect {}

    record StopWatch(long id, TypeRef type) implements Effect {}

    record Discover(long id) implements Effect {}

    /**
     * Count the capacity of the cluster.
     *
     * @param held uids of the applications that there are works for, removals included
     */
    record Measure(long id, Set<String> held) implements Effect {
        public Measure {
            held = Set.copyOf(held);
        }
    }

    /** Answer {@link Event.TimerDue} at this time; an earlier one that was asked for stands too. */
    record Wake(long id, Instant at) implements Effect {}
}
