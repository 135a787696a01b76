package io.portolan.central.agentlink;

import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.security.Principal;
import io.portolan.model.wire.AgentMessages;

/** What every agent route asks first: is there still such a cluster, and is this its session? */
final class Door {
    private final ClusterDirectory clusters;
    private final Sessions sessions;
    private final Heartbeats heartbeats;

    Door(ClusterDirectory clusters, Sessions sessions, Heartbeats heartbeats) {
        this.clusters = clusters;
        this.sessions = sessions;
        this.heartbeats = heartbeats;
    }

    /** The agent's cluster; its credential ends with the cluster's resource. */
    ClusterDirectory.Entry cluster(Principal.Agent agent) {
        return clusters.find(agent.cluster())
                .orElseThrow(
                        () ->
                                Problem.of(
                                                401,
                                                "Not authenticated",
                                                "this cluster was deleted from the fleet"
                                                        + " or forgotten; what runs here stays as"
                                                        + " it is: join it again as a new cluster"
                                                        + " (portolan cluster join), or remove it"
                                                        + " by hand")
                                        .refusal());
    }

    /** Lets the newest session in, and takes its coming as a sign of life. */
    ClusterDirectory.Entry session(Principal.Agent agent, long session) {
        ClusterDirectory.Entry cluster = stillThere(agent, session);
        heartbeats.heard(agent.cluster(), session);
        return cluster;
    }

    /** The same for who came long ago: a request that was held is no new sign of life. */
    ClusterDirectory.Entry stillThere(Principal.Agent agent, long session) {
        ClusterDirectory.Entry cluster = cluster(agent);
        sessions.require(agent.cluster(), session);
        return cluster;
    }

    /** To who asks for something lasting of a node that shuts down. */
    static Answer closing() {
        return Problem.of(503, "Unavailable", "this node shuts down: ask another")
                .answer()
                .with(AgentMessages.CLOSING, "true");
    }

    static long session(Request request) {
        return request.number("session", 0, 1, Long.MAX_VALUE);
    }
}
