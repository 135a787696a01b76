package io.portolan.agent.kube;

import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Kubernetes API. Calls block, are safe for use by many threads, carry a deadline of their own
 * and answer expected outcomes as values; none throws for what a server may say.
 */
public interface KubeApi extends AutoCloseable {
    /** The one field manager of everything that Portolan applies. */
    String FIELD_MANAGER = "portolan";

    /**
     * A version that no object ever has. An apply that names it makes the object, and is refused
     * where there is one.
     */
    String NEVER = Long.toString(Long.MAX_VALUE);

    /**
     * Server-side apply of exactly this object. Where its metadata says them, these are
     * preconditions, whatever {@code force} says: {@code resourceVersion}, else {@code Refused}
     * with code 409 (an object that does not exist is made, though); and {@code uid}, else {@code
     * Refused} with code 409 when there is no object and 422 for {@code metadata.uid} when there is
     * another.
     *
     * @param force take fields that other managers own
     */
    Applied apply(KubeObject object, boolean force);

    /** How an apply, patch or create ended. */
    sealed interface Applied {
        /**
         * @param created whether it did not exist before (HTTP 201)
         */
        record Ok(KubeObject live, boolean created) implements Applied {}

        /**
         * Other managers own fields that this apply sets (HTTP 409 with FieldManagerConflict
         * causes).
         */
        record Conflict(List<FieldConflict> fields) implements Applied {}

        /** Kubernetes' own words; trying again does not help until something changes. */
        record Refused(int code, String reason, String message) implements Applied {}

        /**
         * @param retryAfter as the server asked, zero when it did not
         */
        record Retry(String message, Duration retryAfter) implements Applied {}
    }

    /**
     * @param field as Kubernetes writes it: {@code .spec.replicas}
     */
    record FieldConflict(String manager, String field) {}

    /**
     * JSON merge patch, with a precondition where one is given.
     *
     * @param resourceVersion only this version is patched; else {@code Refused} with code 409
     */
    Applied patch(ObjectRef ref, KubeObject mergePatch, @Nullable String resourceVersion);

    /** Deletes the object if it still is the one with this uid; dependents go in the background. */
    Deleted delete(ObjectRef ref, String uid);

    /** How a delete ended. */
    sealed interface Deleted {
        /** Accepted; finalizers may keep it for a while. */
        record Accepted() implements Deleted {}

        /** Not there, or in a scope that its kind does not have: then it cannot be there. */
        record Gone() implements Deleted {}

        /** The server does not know the kind, by this version at least. */
        record UnknownKind() implements Deleted {}

        /** Another object has the name now. */
        record OtherUid() implements Deleted {}

        record Refused(int code, String reason, String message) implements Deleted {}

        record Retry(String message, Duration retryAfter) implements Deleted {}
    }

    /** Reads the newest state (a quorum read). */
    Found get(ObjectRef ref);

    /** How a read ended. */
    sealed interface Found {
        record Ok(KubeObject live) implements Found {}

        /** Also what is named in a scope that its kind does not have. */
        record Absent() implements Found {}

        /** The server does not know the kind (yet). */
        record UnknownKind() implements Found {}

        record Refused(int code, String reason, String message) implements Found {}

        record Retry(String message, Duration retryAfter) implements Found {}
    }

    /**
     * Lists a kind in all namespaces, page by page, newest state (consistent read), each object
     * handed over as it comes so that no list is ever held whole.
     *
     * @param labelSelector Kubernetes' syntax; empty for all
     */
    Listed list(TypeRef type, String labelSelector, Consumer<KubeObject> each);

    /** How a list ended. */
    sealed interface Listed {
        record Ok(String resourceVersion) implements Listed {}

        record UnknownKind() implements Listed {}

        /** The agent has no right to list it. */
        record Forbidden(String message) implements Listed {}

        record Failed(String message, Duration retryAfter) implements Listed {}
    }

    /** A kind of objects. */
    record TypeRef(String apiVersion, String kind) {
        public static TypeRef of(ObjectRef ref) {
            return new TypeRef(ref.apiVersion(), ref.kind());
        }
    }

    /**
     * Watches a kind in all namespaces from a list's version until closed or ended. Events are
     * handed over one at a time, in order, on a thread of the watch. Returns at once.
     */
    Watch watch(
            TypeRef type, String labelSelector, String resourceVersion, Consumer<WatchEvent> each);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** What a watch says. After {@code Ended} comes nothing more. */
    sealed interface WatchEvent {
        /** Added or changed. */
        record Set(KubeObject live) implements WatchEvent {}

        /** Deleted; the last state that the server knew. */
        record Removed(KubeObject last) implements WatchEvent {}

        record Bookmark(String resourceVersion) implements WatchEvent {}

        /**
         * @param relist whether history is gone (410) and the watcher must list again
         */
        record Ended(boolean relist, String message) implements WatchEvent {}
    }

    /** The server's version and kinds. */
    Optional<Discovery> discover();

    /**
     * @param version as {@code v1.36.3}
     * @param silent versions of APIs, as {@code example.org/v1}, whose own server did not answer:
     *     of their kinds nothing is known
     */
    record Discovery(String version, List<ApiKind> kinds, Set<String> silent) {
        public Discovery {
            kinds = List.copyOf(kinds);
            silent = Set.copyOf(silent);
        }
    }

    /**
     * @param plural as in URLs
     */
    record ApiKind(String apiVersion, String kind, String plural, boolean namespaced) {}

    @Override
    void close();
}
