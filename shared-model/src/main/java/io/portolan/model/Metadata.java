package io.portolan.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What every resource carries beside its spec.
 *
 * @param tenant empty for kinds outside tenants
 * @param generation counts the changes of the spec, from 1
 * @param revision the store's revision of the last change of spec or metadata; the ETag. Zero
 *     before the first write.
 * @param finalizers names of what must happen before a deleted resource is gone
 * @param deletionRequestedAt set once by DELETE; from then on only finalizers shrink
 */
public record Metadata(
        String tenant,
        String name,
        Optional<Uid> uid,
        Map<String, String> labels,
        Map<String, String> annotations,
        long generation,
        long revision,
        List<String> finalizers,
        Optional<Instant> createdAt,
        Optional<Instant> deletionRequestedAt) {
    public Metadata {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        finalizers = List.copyOf(finalizers);
    }

    /** The metadata of a document that a user wrote: everything else is the server's to give. */
    public static Metadata named(String tenant, String name) {
        return new Metadata(
                tenant,
                name,
                Optional.empty(),
                Map.of(),
                Map.of(),
                0,
                0,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    public boolean deleting() {
        return deletionRequestedAt.isPresent();
    }

    /**
     * The uid that the server has given; a bug when asked of a document that never met a server.
     */
    public Uid givenUid() {
        return uid.orElseThrow(() -> new IllegalStateException("no uid yet: " + name));
    }

    public Metadata withLabels(Map<String, String> labels) {
        return with(uid, labels, generation, revision, finalizers, createdAt, deletionRequestedAt);
    }

    /** With this annotation; without it where the value is empty. */
    public Metadata withAnnotation(String key, String value) {
        Map<String, String> next = new TreeMap<>(annotations);
        if (value.isEmpty()) {
            next.remove(key);
        } else {
            next.put(key, value);
        }
        return new Metadata(
                tenant,
                name,
                uid,
                labels,
                next,
                generation,
                revision,
                finalizers,
                createdAt,
                deletionRequestedAt);
    }

    public Metadata withRevision(long revision) {
        return with(uid, labels, generation, revision, finalizers, createdAt, deletionRequestedAt);
    }

    public Metadata withGeneration(long generation) {
        return with(uid, labels, generation, revision, finalizers, createdAt, deletionRequestedAt);
    }

    public Metadata withFinalizers(List<String> finalizers) {
        return with(uid, labels, generation, revision, finalizers, createdAt, deletionRequestedAt);
    }

    public Metadata created(Uid uid, Instant at) {
        return with(
                Optional.of(uid),
                labels,
                1,
                revision,
                finalizers,
                Optional.of(at),
                deletionRequestedAt);
    }

    public Metadata deletionRequested(Instant at) {
        return with(uid, labels, generation, revision, finalizers, createdAt, Optional.of(at));
    }

    /** What the others share: parameters and fields of one name, so that each names its change. */
    private Metadata with(
            Optional<Uid> uid,
            Map<String, String> labels,
            long generation,
            long revision,
            List<String> finalizers,
            Optional<Instant> createdAt,
            Optional<Instant> deletionRequestedAt) {
        return new Metadata(
                tenant,
                name,
                uid,
                labels,
                annotations,
                generation,
                revision,
                finalizers,
                createdAt,
                deletionRequestedAt);
    }
}
