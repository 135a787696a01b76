package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a watch stands, as an event's id names it: {@code generation-revision}. A restored store
 * may have given the same revision to something else; its generation is another one.
 *
 * @param generation empty where only a revision was given, such as that of a list
 */
record Cursor(OptionalLong generation, long revision) {
    private static final Pattern FORM = Pattern.compile("(?:(\\d{1,18})-)?(\\d{1,18})");

    static String text(long generation, long revision) {
        return generation + "-" + revision;
    }

    /** From the header of a client that reconnects, else from the query. */
    static Optional<Cursor> of(Request request) {
        Optional<String> last = request.header("Last-Event-ID").filter(t -> !t.isEmpty());
        return last.isPresent()
                ? Optional.of(parse(last.get(), "Last-Event-ID"))
                : request.query("revision").map(text -> parse(text, "parameter revision"));
    }

    private static Cursor parse(String text, String where) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw Problem.malformed(
                            where
                                    + " must be a revision or the id of an event, such as"
                                    + " 1764000000-42")
                    .refusal();
        }
        String generation = matcher.group(1);
        return new Cursor(
                generation == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(generation)),
                Long.parseLong(matcher.group(2)));
    }
}
