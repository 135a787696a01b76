package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.store.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which page of what is listed newest first. A token names the last item that was shown, so that
 * nothing is skipped or shown twice when others are added.
 */
record Paging(Optional<Slice.Place> after, int limit) {
    static final String LIMIT = "limit";
    static final String CONTINUE = "continue";
    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    static Paging of(Request request) {
        return new Paging(
                request.query(CONTINUE).map(Paging::place),
                (int) request.number(LIMIT, USUAL, 1, MOST));
    }

    private static Slice.Place place(String text) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
                            .split("/", 2);
            if (parts.length == 2 && parts[0].matches("[0-9]{1,18}") && !odd(parts[1])) {
                return new Slice.Place(Long.parseLong(parts[0]), parts[1]);
            }
        } catch (IllegalArgumentException e) {
            // The same answer as for a token of another shape.
        }
        throw Problem.malformed("parameter continue must come from the page before").refusal();
    }

    private static boolean odd(String id) {
        return id.length() > 100 || id.chars().anyMatch(c -> c <= ' ' || c > '~');
    }

    static String token(Slice.Place place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        (place.number() + "/" + place.id()).getBytes(StandardCharsets.UTF_8));
    }

    /** A list as it is answered. */
    static Map<String, Object> shown(Optional<Slice.Place> next, List<?> items) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("metadata", next.map(n -> Map.of("continue", token(n))).orElse(Map.of()));
        out.put("items", items);
        return out;
    }
}
