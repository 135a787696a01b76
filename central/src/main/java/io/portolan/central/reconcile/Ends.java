package io.portolan.central.reconcile;

import io.portolan.model.Metadata;
import io.portolan.model.app.Ending;
import java.util.Optional;

/** How an application ends, as its annotation says; a deletion that says more sets it. */
public final class Ends {
    /** On an application: what becomes of its objects when it is deleted. */
    public static final String ANNOTATION = "portolan.io/on-delete";

    public static final String KEEP_WORKLOADS = "keep-workloads";
    public static final String DELETE_VOLUMES = "delete-volumes";

    private Ends() {}

    /** Empty for a word that means nothing. */
    public static Optional<Ending> read(String word) {
        return switch (word) {
            case KEEP_WORKLOADS -> Optional.of(Ending.KEEP);
            case DELETE_VOLUMES -> Optional.of(Ending.DELETE_VOLUMES);
            case "" -> Optional.of(Ending.DELETE);
            case String _ -> Optional.empty();
        };
    }

    /** How it ends on a cluster that it leaves now. */
    static Ending of(Metadata application) {
        return application.deleting() ? deleted(application) : Ending.MOVE;
    }

    /** What becomes of its objects, to follow upon what is waited for; empty as usual. */
    static String words(Metadata application) {
        return switch (deleted(application)) {
            case KEEP -> "; its objects are given up and stay as they are";
            case DELETE_VOLUMES -> "; its volume claims are deleted too";
            case DELETE, MOVE -> "";
        };
    }

    /** How it would end everywhere. A word that means nothing deletes no volume. */
    public static Ending deleted(Metadata application) {
        return read(application.annotations().getOrDefault(ANNOTATION, "")).orElse(Ending.DELETE);
    }
}
