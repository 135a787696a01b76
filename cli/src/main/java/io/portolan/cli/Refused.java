package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Central answered with a problem (RFC 9457). */
final class Refused extends Failure {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode problem;

    private Refused(int status, JsonNode problem, String subject) {
        super(exit(status), message(status, problem, subject), details(problem), next(status));
        this.status = status;
        this.problem = problem;
    }

    /**
     * @param subject what the request was about, for the message: {@code Application shop/checkout}
     */
    static Refused of(int status, JsonNode problem, String subject) {
        return new Refused(status, problem, subject);
    }

    int status() {
        return status;
    }

    /** Whether every complaint is about this one field. */
    boolean onlyAbout(String pointer) {
        JsonNode errors = problem.path("errors");
        for (JsonNode error : errors) {
            if (!error.path("pointer").asText().equals(pointer)) {
                return false;
            }
        }
        return !errors.isEmpty();
    }

    private static Exit exit(int status) {
        return switch (status) {
            case 401, 403 -> Exit.AUTH;
            case 404 -> Exit.NOT_FOUND;
            case 409, 412 -> Exit.CONFLICT;
            case 429, 503 -> Exit.UNREACHABLE;
            default -> status < 500 && status != 410 ? Exit.USAGE : Exit.FAILED;
        };
    }

    private static String message(int status, JsonNode problem, String subject) {
        String title = problem.path("title").asText();
        String detail = problem.path("detail").asText();
        String words = !detail.isEmpty() ? detail : !title.isEmpty() ? title : "refused";
        return (subject.isEmpty() || words.contains(subject) ? "" : subject + ": ")
                + words
                + " (HTTP "
                + status
                + ")";
    }

    private static List<String> details(JsonNode problem) {
        List<String> out = new ArrayList<>();
        for (JsonNode error : problem.path("errors")) {
            String path = error.path("path").asText(error.path("pointer").asText());
            String detail = error.path("detail").asText();
            out.add(path.isEmpty() ? detail : path + ": " + detail);
        }
        return out;
    }

    private static String next(int status) {
        return switch (status) {
            case 401 ->
                    "give a token by --token-file, PORTOLAN_TOKEN or portolan config set-context";
            case 403 -> "portolan whoami";
            case 409, 412 -> "look at what is there now, then try again";
            case 429, 503 -> "central is busy or starting: try again in a moment";
            default -> "";
        };
    }
}
