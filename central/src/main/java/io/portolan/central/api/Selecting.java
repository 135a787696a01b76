package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.model.Check;
import io.portolan.model.Resource;
import io.portolan.model.Selector;
import java.util.Optional;

/**
 * Which resources a list or watch is about.
 *
 * @param name only the one of this name
 */
record Selecting(Selector labels, Optional<String> name) {
    private static final String NAME = "metadata.name";

    static Selecting of(Request request) {
        return new Selecting(
                request.query("labelSelector").map(Selecting::labels).orElse(Selector.EVERYTHING),
                name(request));
    }

    /** The only one that is asked for. */
    static Optional<String> name(Request request) {
        return request.query("fieldSelector").map(Selecting::name);
    }

    private static Selector labels(String text) {
        try {
            Selector selector = Selector.parse(text);
            Check check = Check.root();
            selector.check(check);
            selector.requirements().stream()
                    .filter(r -> r.operator().ordered())
                    .forEach(r -> check.problem("\"" + r + "\": lists do not compare versions"));
            if (check.problems().isEmpty()) {
                return selector;
            }
            throw Problem.malformed("labelSelector: " + check.problems().getFirst().message())
                    .refusal();
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("labelSelector: " + e.getMessage()).refusal();
        }
    }

    private static String name(String text) {
        String[] parts = text.split("==?", 2);
        if (parts.length != 2 || !parts[0].strip().equals(NAME)) {
            throw Problem.malformed("fieldSelector may be " + NAME + "=... only").refusal();
        }
        return parts[1].strip();
    }

    boolean selects(Resource<?> resource) {
        return labels.matches(resource.metadata().labels())
                && name.map(resource.metadata().name()::equals).orElse(true);
    }
}
