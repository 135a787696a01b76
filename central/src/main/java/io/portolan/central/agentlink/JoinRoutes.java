package io.portolan.central.agentlink;

import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.wire.AgentMessages;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Enrolment: a join token, used up, becomes the agent's own credential. */
final class JoinRoutes {
    private final Store store;
    private final Tokens tokens;
    private final ClusterDirectory clusters;
    private final Clock clock;

    JoinRoutes(Store store, Tokens tokens, ClusterDirectory clusters, Clock clock) {
        this.store = store;
        this.tokens = tokens;
        this.clusters = clusters;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.open("POST", AgentMessages.JOIN, this::join));
    }

    private Answer join(Request request) {
        AgentMessages.Join join = request.message(AgentMessages.Join.class);
        Tokens.Redeemed redeemed =
                tokens.redeem(join.token())
                        .orElseThrow(
                                () ->
                                        Problem.of(
                                                        401,
                                                        "Not authenticated",
                                                        "the join token is unknown, used or too"
                                                                + " old: have a new one made")
                                                .refusal());
        ClusterDirectory.Entry cluster =
                clusters.find(redeemed.cluster())
                        .orElseThrow(
                                () ->
                                        Problem.of(
                                                        401,
                                                        "Not authenticated",
                                                        "the token's cluster was deleted")
                                                .refusal());
        Instant now = clock.instant();
        String actor = "cluster:" + cluster.name();
        // The credential is good whatever becomes of the record of it, so the outcome changes
        // nothing.
        var _ =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(
                                new Write.AddAudit(
                                        new AuditEntry(
                                                now,
                                                actor,
                                                "Join",
                                                "Cluster " + cluster.name(),
                                                "")),
                                new Write.AddEvent(
                                        new EventRecord(
                                                cluster.uid(),
                                                now,
                                                EventRecord.Severity.NORMAL,
                                                "Joined",
                                                "agent " + join.agentVersion() + " joined",
                                                actor))));
        return Answer.ok(
                new AgentMessages.Joined(
                        redeemed.cluster(), cluster.name(), redeemed.credential()));
    }
}
