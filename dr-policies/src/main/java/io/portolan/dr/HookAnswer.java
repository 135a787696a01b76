package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.operation.HookRun.Fenced;
import io.portolan.model.operation.HookRun.Lag;
import java.util.Optional;

/**
 * What came of one attempt.
 *
 * @param output what was said, or why there was no answer
 */
public record HookAnswer(
        Uid operation,
        String key,
        int attempt,
        boolean succeeded,
        String output,
        Optional<Lag> lag,
        Optional<Fenced> fenced) {
    /** An answer that says nothing but how it went. */
    public static HookAnswer of(HookCall call, boolean succeeded, String output) {
        return new HookAnswer(
                call.operation(),
                call.key(),
                call.attempt(),
                succeeded,
                output,
                Optional.empty(),
                Optional.empty());
    }
}
