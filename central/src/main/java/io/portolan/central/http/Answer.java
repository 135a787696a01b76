package io.portolan.central.http;

import io.helidon.webserver.sse.SseSink;
import io.portolan.model.wire.Codec;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a handler gives back. */
public sealed interface Answer {
    String JSON = "application/json";
    String PROBLEM = "application/problem+json";

    /**
     * A whole answer.
     *
     * @param type of the body; empty where there is none
     */
    record Whole(int status, String type, Map<String, String> headers, byte[] body)
            implements Answer {
        public Whole {
            headers = Map.copyOf(headers);
        }

        public Whole with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Whole(status, type, more, body);
        }
    }

    /** Server-sent events, written until the writer returns or the client is gone. */
    record Events(Writer writer) implements Answer {
        /** Writes to one client; may block. */
        public interface Writer {
            void write(SseSink sink) throws InterruptedException;
        }
    }

    static Whole json(int status, Object body) {
        return new Whole(status, JSON, Map.of(), Codec.lenient().write(body));
    }

    /** What the one who asks has already. */
    static Whole notModified(String etag) {
        return new Whole(304, "", Map.of("ETag", etag), new byte[0]);
    }

    static Whole ok(Object body) {
        return json(200, body);
    }
}
