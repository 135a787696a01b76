package io.portolan.central.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.portolan.model.Check;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** One request. Owned by the virtual thread that serves it. */
public final class Request {
    /** Largest body in bytes. */
    public static final int LARGEST_BODY = 8 << 20;

    public static final String JSON = "application/json";
    public static final String MERGE_PATCH = "application/merge-patch+json";

    private final ServerRequest request;
    private final Route.Query known;

    Request(ServerRequest request, Route route) {
        this.request = request;
        this.known = route.query();
    }

    /** Refuses what would be passed over otherwise, as if it had been heard. */
    void requireKnown() {
        for (String name : request.query().names()) {
            known.wrong(name)
                    .ifPresent(
                            why -> {
                                throw Problem.malformed(why).refusal();
                            });
        }
    }

    /** A parameter of the route's path. */
    public String path(String name) {
        return plain("the path", request.path().pathParameters().get(name));
    }

    private static String plain(String what, String text) {
        if (!Texts.plain(text)) {
            throw Problem.malformed(what + " holds a NUL").refusal();
        }
        return text;
    }

    /** The path as it was asked for. */
    public String path() {
        return request.path().path();
    }

    public String method() {
        return request.prologue().method().text();
    }

    /** Where it comes from. */
    SocketAddress peer() {
        return request.remotePeer().address();
    }

    /** A parameter of the query, which the route has to declare. */
    public Optional<String> query(String name) {
        if (!known.known().contains(name)) {
            throw new IllegalStateException("the route does not declare parameter " + name);
        }
        try {
            return request.query().contains(name)
                    ? Optional.of(plain("parameter " + name, request.query().get(name)))
                    : Optional.empty();
        } catch (NoSuchElementException e) {
            return Optional.of("");
        }
    }

    /** A whole number in a range, or what holds when it is not given. */
    public long number(String name, long usual, long least, long most) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return usual;
        }
        try {
            long value = Long.parseLong(text.get());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same answer as for a number out of range.
        }
        throw Problem.malformed("parameter " + name + " must be " + least + ".." + most).refusal();
    }

    /** {@code true} only when written so. */
    public boolean flag(String name) {
        return query(name).map(v -> v.isEmpty() || v.equals("true") || v.equals("1")).orElse(false);
    }

    /** Whether everything is to be done but the commit. */
    public boolean dryRun() {
        Optional<String> value = query("dryRun");
        if (value.isPresent() && !value.get().equals("All")) {
            throw Problem.malformed("parameter dryRun must be All").refusal();
        }
        return value.isPresent();
    }

    public Optional<String> header(String name) {
        var headers = request.headers();
        var header = HeaderNames.create(name);
        return headers.contains(header) ? Optional.of(headers.get(header).get()) : Optional.empty();
    }

    /** What the user says of a request that changes something; empty when nothing. */
    String comment() {
        return method().equals("GET") ? "" : header(Comment.HEADER).map(Comment::read).orElse("");
    }

    /** A user's document: no unknown content type, no repeated keys, bounded depth. */
    public JsonNode document(String... types) {
        byte[] body = body(types);
        try {
            JsonNode tree = Codec.strict().tree(body);
            if (tree.isMissingNode()) {
                throw Problem.malformed("the body must be JSON, it is empty").refusal();
            }
            Check check = Check.root();
            Texts.check(tree, check);
            if (!check.problems().isEmpty()) {
                throw Problem.invalid(check.problems()).refusal();
            }
            return tree;
        } catch (UncheckedIOException e) {
            Check check = Check.root();
            Documents.found(e, check);
            throw Problem.invalid(check.problems()).refusal();
        }
    }

    /** A small form that a user wrote. */
    public <T> T form(Class<T> type) {
        Check check = Check.root();
        Optional<T> read = Documents.part(document(JSON), type, check);
        return read.orElseThrow(() -> Problem.invalid(check.problems()).refusal());
    }

    /** An agent's message: fields that this build does not know are passed over. */
    public <T> T message(Class<T> type) {
        byte[] body = body(JSON);
        try {
            return Codec.lenient().read(body, type);
        } catch (UncheckedIOException e) {
            Check check = Check.root();
            Documents.found(e, check);
            throw Problem.invalid(check.problems()).refusal();
        }
    }

    private byte[] body(String... types) {
        String type =
                header("Content-Type")
                        .map(t -> t.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                        .orElse("");
        if (!Set.of(types).contains(type)) {
            throw Problem.of(
                            415,
                            "Unsupported content type",
                            "send Content-Type: " + String.join(" or ", types))
                    .refusal();
        }
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try {
            // Not closed: that would read the rest of a body that was just found too large.
            InputStream in = request.content().inputStream();
            byte[] body = in.readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw tooLarge().refusal();
            }
            if (!Texts.utf8(body)) {
                throw Problem.malformed("the body must be UTF-8").refusal();
            }
            return body;
        } catch (NumberFormatException e) {
            // Helidon's, of a chunk's size.
            throw Problem.malformed("the body's chunks are malformed").refusal();
        } catch (IOException e) {
            throw Problem.malformed("the body ended early").refusal();
        }
    }

    static Problem tooLarge() {
        return Problem.of(413, "Too large", "a body may have at most " + LARGEST_BODY + " bytes");
    }
}
