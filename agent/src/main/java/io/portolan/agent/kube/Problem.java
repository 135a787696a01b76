package io.portolan.agent.kube;

import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.model.app.KubeObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server said instead of what was asked for: a {@code Status} as the API conventions define
 * it, or whatever a proxy on the way wrote.
 *
 * @param conflicts fields of other managers, when an apply met them
 * @param aboutObject whether a named object is meant, as opposed to a path that nobody serves
 */
record Problem(
        int code,
        String reason,
        String message,
        List<FieldConflict> conflicts,
        boolean aboutObject,
        Duration retryAfter) {
    private static final Pattern MANAGER = Pattern.compile("conflict with \"([^\"]*)\"");

    /** The schema check of server-side apply answers 500 on some versions, yet repeats for ever. */
    private static final String SCHEMA = "failed to create typed patch object";

    static Problem of(Transport.Answer answer) {
        KubeObject status = new KubeObject(Map.of());
        try {
            status = new KubeObject(KubeJson.read(answer.body()));
        } catch (IOException _) {
            // Not a Status: the text itself is the message.
        }
        return of(answer, status);
    }

    /** Of a {@code Status} that came inside a watch. */
    static Problem of(KubeObject status) {
        int code = status.at("code") instanceof Number n ? n.intValue() : 0;
        return of(new Transport.Answer(code, new byte[0], Duration.ZERO), status);
    }

    private static Problem of(Transport.Answer answer, KubeObject status) {
        String text = status.at("message") instanceof String s ? s : "";
        if (text.isEmpty()) {
            String raw = new String(answer.body(), StandardCharsets.UTF_8).strip();
            text =
                    raw.isEmpty()
                            ? "HTTP " + answer.code()
                            : raw.substring(0, Math.min(500, raw.length()));
        }
        Map<String, Object> details = status.map("details");
        Duration asked =
                details.get("retryAfterSeconds") instanceof Number n
                        ? Duration.ofSeconds(n.longValue())
                        : Duration.ZERO;
        return new Problem(
                answer.code(),
                status.at("reason") instanceof String s ? s : "",
                answer.code() == 403 ? Rights.explained(text) : text,
                conflicts(details),
                details.get("name") instanceof String s && !s.isEmpty(),
                answer.retryAfter().isZero() ? asked : answer.retryAfter());
    }

    private static List<FieldConflict> conflicts(Map<String, Object> details) {
        List<FieldConflict> found = new ArrayList<>();
        if (details.get("causes") instanceof List<?> causes) {
            for (Object each : causes) {
                if (each instanceof Map<?, ?> cause
                        && "FieldManagerConflict".equals(cause.get("reason"))) {
                    found.add(
                            new FieldConflict(
                                    manager(String.valueOf(cause.get("message"))),
                                    String.valueOf(cause.get("field"))));
                }
            }
        }
        return List.copyOf(found);
    }

    private static String manager(String message) {
        Matcher m = MANAGER.matcher(message);
        return m.find() ? m.group(1) : message;
    }

    /** Whether the same call may succeed later although nothing else changes. */
    boolean passing() {
        return code == 408
                || code == 429
                || (code >= 500 && code != 501 && !message.startsWith(SCHEMA));
    }

    /** Whether the path itself is unknown: the kind went away since discovery. */
    boolean unknownPath() {
        return code == 404 && !aboutObject;
    }

    /** Whether the history that was asked for is no longer kept. */
    boolean expired() {
        return code == 410 || reason.equals("Expired") || reason.equals("Gone");
    }
}
