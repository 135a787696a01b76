package io.portolan.model.dr;

import io.portolan.model.Check;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What is done at one point of an operation by something that is not Portolan.
 *
 * @param timeout of one attempt
 * @param retries attempts after the first that failed, before somebody has to decide
 */
public record Hook(Act act, Duration timeout, int retries) {
    public static final Duration TIMEOUT = Duration.ofSeconds(30);
    public static final int RETRIES = 3;

    /** Where a document names a point and nothing more. */
    static final Hook UNSAID = new Hook(new Http("", Map.of()), TIMEOUT, RETRIES);

    private static final int MOST_RETRIES = 10;

    /** In which way. In documents, the key beside {@code timeout} names the case. */
    public sealed interface Act permits Http, HookJob {}

    /**
     * A POST of a JSON document that says of which operation and point it is (docs: hooks).
     *
     * @param headers sent as they stand, besides those that Portolan sends itself
     */
    public record Http(String url, Map<String, String> headers) implements Act {
        private static final Duration LONGEST = Duration.ofMinutes(10);
        private static final int LONGEST_URL = 2048;
        private static final int LONGEST_VALUE = 4096;
        private static final int MOST_HEADERS = 20;

        /** RFC 9110, section 5.6.2. */
        private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

        private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

        /** What frames a message, or what Portolan says itself. */
        private static final Set<String> OURS =
                Set.of(
                        "connection",
                        "content-length",
                        "content-type",
                        "expect",
                        "host",
                        "idempotency-key",
                        "transfer-encoding",
                        "upgrade");

        public Http {
            Map<String, String> said = new TreeMap<>();
            headers.forEach((name, value) -> said.put(name, Objects.requireNonNullElse(value, "")));
            headers = Collections.unmodifiableMap(said);
        }

        /** Who is asked, without the path. */
        public String host() {
            String host = URI.create(url).getHost();
            return host == null ? "" : host;
        }

        void check(Check at) {
            wrong(url).ifPresent(at.at("url")::problem);
            Check each = at.at("headers");
            each.require(
                    headers.size() <= MOST_HEADERS,
                    "must be at most " + MOST_HEADERS + ", are " + headers.size());
            headers.forEach(
                    (name, value) -> {
                        Check one = each.at(name);
                        one.require(TOKEN.matcher(name).matches(), "is no name of a header");
                        one.require(
                                !OURS.contains(name.toLowerCase(Locale.ROOT)),
                                "is Portolan's to write");
                        one.require(
                                value.length() <= LONGEST_VALUE && VALUE.matcher(value).matches(),
                                "must be printable ASCII on one line, at most "
                                        + LONGEST_VALUE
                                        + " characters");
                    });
        }

        private static Optional<String> wrong(String url) {
            if (url.isEmpty()) {
                return Optional.of("must be given");
            }
            if (url.length() > LONGEST_URL) {
                return Optional.of("must be at most " + LONGEST_URL + " characters");
            }
            try {
                URI uri = new URI(url);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                if (!web || uri.getHost() == null) {
                    return Optional.of("must be an address such as https://hooks.example.com/dr");
                }
                if (uri.getRawUserInfo() != null) {
                    return Optional.of("must not hold a user: write an Authorization header");
                }
                return Optional.ofNullable(uri.getRawFragment())
                        .map(_ -> "must not have a fragment");
            } catch (URISyntaxException e) {
                return Optional.of("is no URL: " + e.getReason());
            }
        }
    }

    void check(HookPoint point, Check at) {
        switch (act) {
            case Http http -> {
                http.check(at.at("http"));
                within(Http.LONGEST, "1s..10m", at);
            }
            case HookJob job -> {
                job.check(point, at.at("job"));
                within(HookJob.LONGEST, "1s..1h", at);
            }
        }
        at.at("retries").range(retries, 0, MOST_RETRIES);
    }

    private void within(Duration longest, String words, Check at) {
        at.at("timeout")
                .require(
                        timeout.compareTo(Duration.ofSeconds(1)) >= 0
                                && timeout.compareTo(longest) <= 0,
                        "must be " + words);
    }
}
