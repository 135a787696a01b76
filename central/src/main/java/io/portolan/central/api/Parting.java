package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.reconcile.Ends;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import java.util.Optional;

/**
 * What a DELETE says of the objects that an application has in its clusters: {@code keepWorkloads}
 * and {@code deleteVolumes}. It is kept as the application's annotation, so that a deletion goes on
 * as it began; a deletion that says nothing follows the annotation that is there.
 *
 * @param word for the annotation, empty for the usual way; absent when nothing was said
 */
record Parting(Optional<String> word) {
    private static final String KEEP = "keepWorkloads";
    private static final String VOLUMES = "deleteVolumes";

    static final Parting UNSAID = new Parting(Optional.empty());

    /** What a DELETE may say: only applications have workloads and volumes. */
    static String[] parameters(Kind kind) {
        return kind == Kind.APPLICATION
                ? new String[] {"dryRun", KEEP, VOLUMES}
                : new String[] {"dryRun"};
    }

    static Parting of(Kind kind, Request request) {
        if (kind != Kind.APPLICATION) {
            return UNSAID;
        }
        Optional<Boolean> keep = flag(request, KEEP);
        Optional<Boolean> volumes = flag(request, VOLUMES);
        if (keep.isEmpty() && volumes.isEmpty()) {
            return UNSAID;
        }
        boolean keeps = keep.orElse(false);
        boolean deletes = volumes.orElse(false);
        if (keeps && deletes) {
            throw Problem.malformed("keepWorkloads keeps the volumes, deleteVolumes deletes them")
                    .refusal();
        }
        return new Parting(
                Optional.of(keeps ? Ends.KEEP_WORKLOADS : deletes ? Ends.DELETE_VOLUMES : ""));
    }

    private static Optional<Boolean> flag(Request request, String name) {
        return request.query(name)
                .map(
                        value ->
                                switch (value) {
                                    case "true", "" -> true;
                                    case "false" -> false;
                                    case String _ ->
                                            throw Problem.malformed(
                                                            "parameter "
                                                                    + name
                                                                    + " must be true or false")
                                                    .refusal();
                                });
    }

    Metadata on(Metadata metadata) {
        return word.map(w -> metadata.withAnnotation(Ends.ANNOTATION, w)).orElse(metadata);
    }

    /** What an application's owner reads of the deletion. */
    static String told(Kind kind, Metadata marked) {
        if (kind != Kind.APPLICATION) {
            return "waits for what runs to be removed";
        }
        return switch (Ends.deleted(marked)) {
            case KEEP -> "waits until its objects are given up; they stay in the clusters";
            case DELETE_VOLUMES -> "waits for what runs to be removed, volume claims too";
            case DELETE, MOVE -> "waits for what runs to be removed; volume claims are kept";
        };
    }
}
