package io.portolan.central.hook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Fenced;
import io.portolan.model.operation.HookRun.Lag;
import io.portolan.model.wire.Codec;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Reads what a hook answered. What it does not clearly say is not known. */
public final class Answers {
    /** Bytes of it that are kept for people. */
    private static final int KEPT = 1024;

    /** More is no lag, but a clock that is wrong. */
    private static final double LONGEST_SECONDS = 1e9;

    private Answers() {}

    static HookAnswer of(HookCall call, int status, byte[] body) {
        if (status < 200 || status > 299) {
            String said = shortened(body);
            return HookAnswer.of(
                    call, false, "answered " + status + (said.isEmpty() ? "" : ": " + said));
        }
        return answered(
                call.operation(),
                call.point(),
                call.key(),
                call.attempt(),
                body,
                "answered " + status + " without a JSON object: ");
    }

    /**
     * How a Job of a hook ended.
     *
     * @param output the termination message of its pod, or why it failed
     */
    public static HookAnswer of(Uid operation, HookRun run, boolean succeeded, String output) {
        byte[] said = output.getBytes(StandardCharsets.UTF_8);
        return succeeded
                ? answered(
                        operation,
                        run.point(),
                        run.key(),
                        run.attempt(),
                        said,
                        "ended without a JSON object as its termination message: ")
                : plain(operation, run.key(), run.attempt(), false, shortened(said));
    }

    private static HookAnswer answered(
            Uid operation, HookPoint point, String key, int attempt, byte[] said, String not) {
        if (!point.asks()) {
            return plain(operation, key, attempt, true, shortened(said));
        }
        Optional<ObjectNode> json = object(said);
        if (json.isEmpty()) {
            return plain(operation, key, attempt, false, not + shortened(said));
        }
        boolean gate = point == HookPoint.DATA_GATE;
        return new HookAnswer(
                operation,
                key,
                attempt,
                true,
                shortened(said),
                gate ? Optional.of(lag(json.get())) : Optional.empty(),
                gate ? Optional.empty() : Optional.of(fenced(json.get())));
    }

    private static HookAnswer plain(
            Uid operation, String key, int attempt, boolean succeeded, String output) {
        return new HookAnswer(
                operation, key, attempt, succeeded, output, Optional.empty(), Optional.empty());
    }

    private static Optional<ObjectNode> object(byte[] body) {
        try {
            return Codec.strict().tree(body) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (UncheckedIOException _) {
            return Optional.empty();
        }
    }

    private static Lag lag(ObjectNode json) {
        JsonNode seconds = json.path("lagSeconds");
        JsonNode bytes = json.path("lagBytes");
        return new Lag(
                seconds.isNumber() ? duration(seconds.doubleValue()) : Optional.empty(),
                bytes.isIntegralNumber() && bytes.canConvertToLong() && bytes.longValue() >= 0
                        ? Optional.of(bytes.longValue())
                        : Optional.empty());
    }

    /** Rounded up to milliseconds: what is lost is never less than what is told. */
    private static Optional<Duration> duration(double seconds) {
        return seconds >= 0 && seconds <= LONGEST_SECONDS
                ? Optional.of(Duration.ofMillis((long) Math.ceil(seconds * 1000)))
                : Optional.empty();
    }

    /** Only the word true is one. */
    private static Fenced fenced(ObjectNode json) {
        StringBuilder detail = new StringBuilder();
        for (String field : new String[] {"bootId", "sessions", "detail"}) {
            JsonNode value = json.path(field);
            if (value.isValueNode() && !value.isNull()) {
                detail.append(detail.isEmpty() ? "" : ", ")
                        .append(field)
                        .append(' ')
                        .append(value.asText());
            }
        }
        JsonNode fenced = json.path("fenced");
        return new Fenced(
                fenced.isBoolean() && fenced.booleanValue(),
                shortened(detail.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** The beginning of it on one line, for people: no character of it moves their terminal. */
    static String shortened(byte[] text) {
        byte[] kept = Arrays.copyOf(text, Math.min(text.length, KEPT));
        return new String(kept, StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ")
                .strip();
    }
}
