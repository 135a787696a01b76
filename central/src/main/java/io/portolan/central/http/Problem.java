package io.portolan.central.http;

import io.portolan.model.Check;
import io.portolan.model.wire.Codec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a request was not served, as RFC 9457 writes it.
 *
 * @param title the same for all problems of a kind
 * @param detail what is wrong with this request, and what to do
 * @param errors the fields that are wrong, if it is about fields
 * @param retryAfterSeconds when asking again may help; 0 when it will not
 */
public record Problem(
        int status,
        String title,
        String detail,
        List<Check.Problem> errors,
        int retryAfterSeconds) {
    public Problem {
        errors = List.copyOf(errors);
    }

    public static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, List.of(), 0);
    }

    public static Problem malformed(String detail) {
        return of(400, "Malformed request", detail);
    }

    public static Problem invalid(List<Check.Problem> errors) {
        String first = errors.isEmpty() ? "" : errors.getFirst().toString();
        String detail =
                errors.size() == 1 ? first : first + " (and " + (errors.size() - 1) + " more)";
        return new Problem(400, "Invalid document", detail, errors, 0);
    }

    public static Problem unauthenticated() {
        return of(
                401,
                "Not authenticated",
                "send a valid token: Authorization: Bearer ...; an agent's ends when its cluster"
                        + " is deleted or forgotten");
    }

    public static Problem forbidden(String detail) {
        return of(403, "Forbidden", detail);
    }

    public static Problem notFound(String detail) {
        return of(404, "Not found", detail);
    }

    public static Problem conflict(String detail) {
        return of(409, "Conflict", detail);
    }

    public static Problem gone(String detail) {
        return of(410, "Gone", detail);
    }

    public static Problem precondition(String detail) {
        return of(412, "Precondition failed", detail);
    }

    public static Problem tooMany(String detail, int seconds) {
        return new Problem(429, "Too many requests", detail, List.of(), seconds);
    }

    public static Problem unavailable(String detail) {
        return new Problem(503, "Unavailable", detail, List.of(), 1);
    }

    public Refusal refusal() {
        return new Refusal(this);
    }

    public Answer.Whole answer() {
        Map<String, String> headers = new LinkedHashMap<>();
        if (retryAfterSeconds > 0) {
            headers.put("Retry-After", Integer.toString(retryAfterSeconds));
        }
        if (status == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return new Answer.Whole(status, Answer.PROBLEM, headers, json());
    }

    public byte[] json() {
        Map<String, Object> form = new LinkedHashMap<>();
        form.put("type", "about:blank");
        form.put("title", title);
        form.put("status", status);
        form.put("detail", detail);
        form.put(
                "errors",
                errors.stream()
                        .map(
                                e ->
                                        Map.of(
                                                "path", e.path(),
                                                "pointer", e.pointer(),
                                                "detail", e.message()))
                        .toList());
        return Codec.lenient().write(form);
    }
}
