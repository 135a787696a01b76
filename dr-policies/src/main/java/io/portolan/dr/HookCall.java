package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookPoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call that is to be made now: its intent is stored. Made again under the same key when nobody
 * knows whether it was made.
 *
 * @param key see {@link io.portolan.model.operation.HookRun#key}
 */
public record HookCall(
        Uid operation,
        HookPoint point,
        String key,
        int attempt,
        Hook.Http http,
        Duration timeout,
        Envelope body) {
    /**
     * What it is about, for who is asked.
     *
     * @param epoch of the assignment: whoever acts on it refuses an older one than it has seen
     * @param from the clusters that are left, by name
     * @param cluster the cluster that it is about, by name; absent elsewhere
     */
    public record Envelope(
            String tenant,
            String application,
            String operation,
            Uid operationUid,
            HookPoint point,
            boolean planned,
            long epoch,
            List<String> from,
            String to,
            Optional<String> cluster,
            int attempt) {
        public Envelope {
            from = List.copyOf(from);
        }
    }
}
