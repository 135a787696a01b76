package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Failovers in states that only the executor brings them to. */
final class Fenced {
    private Fenced() {}

    /** It waits for the proof of c1 and c2, which were never heard; its target is c3. */
    static void fencing(TestNode node, Failover f) {
        fencing(node, f, 1);
    }

    /** The same where so many operators must attest. */
    static void fencing(TestNode node, Failover f, int operators) {
        Uid c1 = cluster(node, "c1");
        Uid c2 = cluster(node, "c2");
        List<Assignment.Member> members =
                Stream.of(c1, c2)
                        .map(c -> new Assignment.Member(c, Role.QUARANTINED, 1, false))
                        .sorted(Comparator.comparing(Assignment.Member::cluster))
                        .toList();
        commit(
                node,
                new Row.AssignmentRow(
                        new Assignment(
                                f.application(),
                                7,
                                members,
                                new PlacementDecision(true, List.of(), "", Map.of(), List.of()))));
        Failover.Plan plan =
                new Failover.Plan(
                        List.of(c1),
                        cluster(node, "c3"),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(operators),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        false);
        commit(node, new Row.OperationRow(in(f, Failover.State.FENCING, Optional.of(plan))));
    }

    private static Uid cluster(TestNode node, String name) {
        return new Uid(
                node.put("/api/v1/clusters/" + name, Docs.cluster("eu"))
                        .json()
                        .at("/metadata/uid")
                        .asText());
    }

    static void commit(TestNode node, Row row) {
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(new Write.Put(row)));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    static Failover in(Failover f, Failover.State state) {
        return in(f, state, f.plan());
    }

    private static Failover in(Failover f, Failover.State state, Optional<Failover.Plan> plan) {
        return new Failover(
                f.uid(),
                f.tenant(),
                f.name(),
                f.application(),
                f.applicationName(),
                f.request(),
                true,
                state,
                plan,
                f.steps(),
                f.attestation(),
                f.abortRequested(),
                f.evidence(),
                f.epochBefore(),
                f.epochAfter(),
                f.waitingFor(),
                f.next(),
                f.requestedAt(),
                f.endedAt(),
                f.report(),
                f.checks(),
                f.approvals(),
                f.controls(),
                f.hooks());
    }
}
