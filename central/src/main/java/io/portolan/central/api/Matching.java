package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The preconditions that a request carries (RFC 9110, section 13). ETags are strong: the revision
 * in quotes.
 *
 * @param create only when there is none: {@code If-None-Match: *}
 * @param match only what matches; absent without {@code If-Match}
 */
record Matching(boolean create, Optional<Match> match) {
    /**
     * What is there must be.
     *
     * @param any anything: {@code *}
     */
    record Match(boolean any, java.util.Set<Long> revisions) {}

    static String etag(long revision) {
        return "\"" + revision + "\"";
    }

    /**
     * Whether the one who reads has this revision already: a {@code GET}'s {@code If-None-Match}.
     */
    static boolean has(Request request, long revision) {
        return request.header("If-None-Match")
                .map(
                        header ->
                                header.strip().equals("*")
                                        || Arrays.stream(header.split(","))
                                                .map(String::strip)
                                                .map(t -> t.startsWith("W/") ? t.substring(2) : t)
                                                .anyMatch(etag(revision)::equals))
                .orElse(false);
    }

    static Matching of(Request request) {
        Optional<String> none = request.header("If-None-Match");
        if (none.isPresent() && !none.get().strip().equals("*")) {
            throw Problem.malformed("If-None-Match may only be * on a write").refusal();
        }
        return new Matching(none.isPresent(), request.header("If-Match").map(Matching::match));
    }

    private static Match match(String header) {
        if (header.strip().equals("*")) {
            return new Match(true, java.util.Set.of());
        }
        return new Match(
                false,
                Arrays.stream(header.split(","))
                        .map(String::strip)
                        .map(
                                tag -> {
                                    if (!tag.matches("\"[0-9]{1,18}\"")) {
                                        throw Problem.malformed(
                                                        "If-Match must hold ETags such as \"42\"")
                                                .refusal();
                                    }
                                    return Long.parseLong(tag.substring(1, tag.length() - 1));
                                })
                        .collect(java.util.stream.Collectors.toSet()));
    }

    /** Refuses with 412 when what is there is not what the author of the request saw. */
    void require(OptionalLong revision) {
        if (create && revision.isPresent()) {
            throw Problem.precondition("it exists already").refusal();
        }
        match.ifPresent(
                m -> {
                    if (revision.isEmpty()) {
                        throw Problem.precondition("it does not exist").refusal();
                    }
                    if (!m.any && !m.revisions.contains(revision.getAsLong())) {
                        throw Problem.precondition(
                                        "it was changed: its ETag is now "
                                                + etag(revision.getAsLong()))
                                .refusal();
                    }
                });
    }
}
