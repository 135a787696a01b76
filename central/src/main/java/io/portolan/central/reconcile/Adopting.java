package io.portolan.central.reconcile;

import io.portolan.model.Metadata;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an application takes over, as its annotation says: {@code true} for whatever stands in its
 * way and is nobody's, or single objects as {@code ConfigMap/settings, Deployment.apps/web}.
 */
public final class Adopting {
    public static final String ANNOTATION = "portolan.io/adopt";

    private static final String ALL = "true";
    private static final Pattern OBJECT =
            Pattern.compile("[A-Z][A-Za-z0-9]*(\\.[a-z0-9.-]+)?/[A-Za-z0-9:._-]+");

    private Adopting() {}

    static boolean all(Metadata application) {
        return words(application.annotations().getOrDefault(ANNOTATION, "")).anyMatch(ALL::equals);
    }

    /** The objects that are named, in the order of the annotation. */
    static List<String> objects(Metadata application) {
        return words(application.annotations().getOrDefault(ANNOTATION, ""))
                .filter(w -> OBJECT.matcher(w).matches())
                .distinct()
                .toList();
    }

    /** The words that mean nothing. */
    public static List<String> meaningless(String annotation) {
        return words(annotation)
                .filter(w -> !w.equals(ALL) && !w.equals("false") && !OBJECT.matcher(w).matches())
                .toList();
    }

    private static Stream<String> words(String annotation) {
        return Stream.of(annotation.split(",")).map(String::strip).filter(w -> !w.isEmpty());
    }
}
