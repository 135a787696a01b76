package io.portolan.agent.core;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.Discovery;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.state.Saved;
import io.portolan.model.app.KubeObject;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.wire.AgentMessages.Grants;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Content;
import java.util.List;
import java.util.Optional;

/** What happened. {@code effect} is the id of the effect that this answers. */
public sealed interface Event {
    /** The first event of each life. */
    record Started(Saved saved) implements Event {}

    record Persisted(long effect) implements Event {}

    record Welcomed(long effect, Welcome welcome) implements Event {}

    record SessionFailed(long effect, String message) implements Event {}

    /** Central answered that the session is over (401, or a newer session of this cluster). */
    record SessionLost(long effect) implements Event {}

    record SyncArrived(long effect, Sync sync) implements Event {}

    record SyncFailed(long effect, String message) implements Event {}

    record ContentArrived(long effect, Content content) implements Event {}

    record ContentFailed(long effect, String message) implements Event {}

    record ReportAcked(long effect, ReportAck ack) implements Event {}

    /**
     * @param durable the last batch that central has
     */
    record ReportRejected(long effect, long durable) implements Event {}

    record ReportFailed(long effect, String message) implements Event {}

    /**
     * @param probed what was found for central of other clusters; absent where nobody asked anew
     */
    record BeatDone(long effect, Optional<List<Probed>> probed) implements Event {
        public BeatDone(long effect) {
            this(effect, Optional.empty());
        }

        public BeatDone(long effect, List<Probed> probed) {
            this(effect, Optional.of(List.copyOf(probed)));
        }
    }

    record GrantsTold(long effect, Grants grants) implements Event {}

    record GrantsFailed(long effect) implements Event {}

    record ApplyDone(long effect, Applied applied) implements Event {}

    record DeleteDone(long effect, Deleted deleted) implements Event {}

    record GetDone(long effect, Found found) implements Event {}

    record ObjectsListed(long effect, Listed listed, List<KubeObject> objects) implements Event {}

    record Discovered(long effect, Optional<Discovery> discovery) implements Event {}

    record Measured(long effect, Optional<Capacity> capacity) implements Event {}

    /** A watch begins to list: what is not named until {@link WatchListed} is not there. */
    record WatchListing(TypeRef type) implements Event {}

    record Live(TypeRef type, KubeObject object) implements Event {}

    record WatchListed(TypeRef type) implements Event {}

    /** A watch wanted to list, and the cluster does not know the kind. */
    record WatchUnserved(TypeRef type) implements Event {}

    record Removed(TypeRef type, KubeObject last) implements Event {}

    record TimerDue() implements Event {}

    /** The effect may have been done or not: its answer was lost. */
    record Unknown(long effect) implements Event {}
}
