package io.portolan.model.dr;

import io.portolan.model.Check;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What is done at one point of an operation by something that is not Portolan. Exactly one of http
 * and job.
 *
 * @param timeout of one attempt; absent: {@link #HTTP_TIMEOUT} or {@link #JOB_TIMEOUT}
 * @param retries attempts after the first that failed, before somebody has to decide
 */
public record Hook(
        Optional<Http> http, Optional<Job> job, Optional<Duration> timeout, int retries) {
    public static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration JOB_TIMEOUT = Duration.ofMinutes(10);
    public static final int RETRIES = 3;
    private static final Duration LONGEST_HTTP = Duration.ofMinutes(10);
    private static final Duration LONGEST_JOB = Duration.ofHours(24);
    private static final int MOST_RETRIES = 10;

    /** A call with the usual timeout and retries. */
    public static Hook of(Http http) {
        return new Hook(Optional.of(http), Optional.empty(), Optional.empty(), RETRIES);
    }

    /**
     * A POST of a JSON document that says of which operation and point it is (docs: hooks).
     *
     * @param headers sent as they stand, besides those that Portolan sends itself
     */
    public record Http(String url, Map<String, String> headers) {
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
            headers = Map.copyOf(new TreeMap<>(headers));
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
            new TreeMap<>(headers)
                    .forEach(
                            (name, value) -> {
                                Check one = each.at(name);
                                one.require(
                                        TOKEN.matcher(name).matches(), "is no name of a header");
                                one.require(
                                        !OURS.contains(name.toLowerCase(Locale.ROOT)),
                                        "is Portolan's to write");
                                one.require(
                                        value.length() <= LONGEST_VALUE
                                                && VALUE.matcher(value).matches(),
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

    /**
     * A Kubernetes Job that is run once in the source's or the target's cluster, in the tenant's
     * namespace.
     *
     * @param command absent: the image's own
     */
    public record Job(
            String image,
            List<String> command,
            List<String> args,
            Map<String, String> env,
            Optional<Side> in) {
        private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

        public Job {
            command = List.copyOf(command);
            args = List.copyOf(args);
            env = Map.copyOf(new TreeMap<>(env));
        }

        void check(Check at) {
            at.at("image")
                    .require(
                            !image.isBlank()
                                    && image.length() <= 512
                                    && image.chars().noneMatch(Character::isWhitespace),
                            "must be given, without spaces");
            at.at("in").require(in.isPresent(), "must be source or target");
            new TreeMap<>(env)
                    .forEach(
                            (name, _) -> {
                                Check one = at.at("env").at(name);
                                one.require(
                                        VARIABLE.matcher(name).matches(),
                                        "is no name of a variable");
                                one.require(
                                        !name.startsWith("PORTOLAN_"), "is Portolan's to write");
                            });
        }
    }

    /** Whose cluster. */
    public enum Side {
        SOURCE,
        TARGET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How long one attempt may take. */
    public Duration limit() {
        return timeout.orElse(http.isPresent() ? HTTP_TIMEOUT : JOB_TIMEOUT);
    }

    void check(Check at, HookPoint point) {
        at.require(http.isPresent() != job.isPresent(), "must have exactly one of: http, job");
        http.ifPresent(h -> h.check(at.at("http")));
        job.ifPresent(
                j -> {
                    j.check(at.at("job"));
                    at.at("job")
                            .require(
                                    !point.asks(),
                                    "must be http: a Job's end does not say how far the data is"
                                            + " behind");
                    at.at("job")
                            .require(
                                    point != HookPoint.FENCE,
                                    "must be http: no Job can be started in a cluster that is not"
                                            + " heard");
                });
        Duration longest = http.isPresent() ? LONGEST_HTTP : LONGEST_JOB;
        at.at("timeout")
                .require(
                        limit().compareTo(Duration.ofSeconds(1)) >= 0
                                && limit().compareTo(longest) <= 0,
                        "must be 1s.." + (http.isPresent() ? "10m" : "24h"));
        at.at("retries").range(retries, 0, MOST_RETRIES);
    }
}
