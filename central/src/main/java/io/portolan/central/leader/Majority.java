package io.portolan.central.leader;

import com.hazelcast.cluster.Member;
import com.hazelcast.splitbrainprotection.HeartbeatAware;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionFunction;
import io.portolan.central.store.NodeRoster;
import java.util.Collection;
import java.util.Optional;

/**
 * More than half of the nodes on the roster. That it asks for heartbeats makes Hazelcast ask it
 * again and again: the roster changes also while the members do not.
 */
record Majority(Beats beats) implements SplitBrainProtectionFunction, HeartbeatAware {
    static boolean of(int heard, Optional<NodeRoster.Roster> roster) {
        return heard * 2 > roster.map(r -> r.nodes().size()).orElse(1);
    }

    @Override
    public boolean apply(Collection<Member> members) {
        return of(members.size(), beats.roster());
    }

    @Override
    public void onHeartbeat(Member member, long timestamp) {}
}
