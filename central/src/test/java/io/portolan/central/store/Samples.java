package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Component;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Valid rows with as many fields set as have a meaning, so that a round trip shows what is lost.
 */
final class Samples {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456789Z");
    static final Digest CONTENT = Digest.of("content".getBytes(StandardCharsets.UTF_8));

    private Samples() {}

    static Uid uid(String of) {
        return new Uid("uid-" + of);
    }

    static Resource<ApplicationSpec> application(
            String tenant, String name, Map<String, String> labels) {
        Component.Container web =
                new Component.Container(
                        "registry.example/web:1",
                        List.of(new Component.Port(8080, Optional.of("http"))),
                        2,
                        Map.of("MODE", "quoted \"text\", {braces} and a \\ nul \u0000"),
                        List.of(),
                        List.of("--verbose"),
                        Optional.empty());
        return new Resource<>(
                Metadata.named(tenant, name)
                        .created(uid(name), NOON)
                        .withLabels(labels)
                        .withFinalizers(List.of("portolan.io/works")),
                new ApplicationSpec(
                        List.of(new Component("web", web)), Optional.empty(), Optional.empty()));
    }

    static Resource<ApplicationSpec> application(String name) {
        return application("shop", name, Map.of("tier", "prod"));
    }

    static Row.ResourceRow row(String name) {
        return new Row.ResourceRow(application(name));
    }

    static Row.ResourceRow tenant(String name) {
        return new Row.ResourceRow(
                new Resource<>(
                        Metadata.named("", name).created(uid(name), NOON),
                        new TenantSpec(Selector.EVERYTHING, Set.of("*"))));
    }

    static Row.ResourceRow cluster(String name) {
        return new Row.ResourceRow(
                new Resource<>(
                        Metadata.named("", name).created(uid(name), NOON),
                        new ClusterSpec(
                                new ClusterSpec.Location("aws", "eu-west-1", "a", "EU"),
                                List.of(),
                                false)));
    }

    static Row.Key key(String name) {
        return new Row.Key.OfResource(new ResourceKey(Kind.APPLICATION, "shop", name));
    }

    static Row.StatusRow status(String name, String summary) {
        return new Row.StatusRow(
                ResourceKey.application("shop", name),
                uid(name),
                new ApplicationStatus(
                        1, summary, Health.HEALTHY, 3, List.of(), List.of(), Optional.empty()));
    }

    static Row.AssignmentRow assignment(String application) {
        return new Row.AssignmentRow(
                new Assignment(
                        uid(application),
                        3,
                        List.of(new Assignment.Member(uid("c1"), Role.ACTIVE, 1, false)),
                        new PlacementDecision(
                                true,
                                List.of(uid("c1")),
                                "1 of 1 clusters",
                                Map.of(PlacementDecision.Reason.CHOSEN, 1),
                                List.of(
                                        new PlacementDecision.Fate(
                                                uid("c1"),
                                                "c1",
                                                true,
                                                PlacementDecision.Reason.CHOSEN,
                                                "best")))));
    }

    static Row.WorkRow work(String cluster, String application, Optional<Digest> content) {
        return new Row.WorkRow(
                new Work(
                        uid(application),
                        "shop",
                        application,
                        uid(cluster),
                        Role.ACTIVE,
                        1,
                        3,
                        7,
                        content,
                        true,
                        false));
    }

    static Row.WorkStatusRow workStatus(String cluster, String application) {
        return new Row.WorkStatusRow(
                new WorkStatus(
                        uid(application),
                        uid(cluster),
                        Role.ACTIVE,
                        1,
                        3,
                        7,
                        7,
                        false,
                        Health.PROGRESSING,
                        "starts",
                        2,
                        1,
                        2,
                        List.of(),
                        List.of(),
                        Optional.of(new WorkStatus.Demotion(7, 3, List.of("pod-a"))),
                        List.of("a pod", "another"),
                        5));
    }

    static Row.ObservationRow observation(String cluster) {
        return new Row.ObservationRow(
                uid(cluster),
                new ClusterStatus.Observation(
                        "1",
                        "1.35",
                        Optional.of(new ClusterStatus.Capacity(3, 1, 2, 3, 4)),
                        List.of("Service"),
                        List.of()));
    }

    static Row.OperationRow operation(String name, String application, Failover.State state) {
        return new Row.OperationRow(
                new Failover(
                        uid(name),
                        "shop",
                        name,
                        uid(application),
                        application,
                        new Failover.Request("c2", List.of("c1"), "drill", "user:alice"),
                        true,
                        state,
                        Optional.of(
                                new Failover.Plan(
                                        List.of(uid("c1")),
                                        uid("c2"),
                                        Duration.ofMinutes(5),
                                        Duration.ofMinutes(10),
                                        Optional.empty())),
                        List.of(
                                new Failover.Step(
                                        Failover.State.REQUESTED,
                                        NOON,
                                        Optional.of(NOON.plusMillis(5)),
                                        Optional.empty(),
                                        "asked"),
                                new Failover.Step(
                                        state, NOON, Optional.empty(), Optional.of(NOON), "goes")),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        3,
                        0,
                        "",
                        "",
                        NOON,
                        state.ended() ? Optional.of(NOON) : Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    static EventRecord event(String subject, String reason) {
        return new EventRecord(
                uid(subject), NOON, EventRecord.Severity.WARNING, reason, "told", "central");
    }

    static AuditEntry audit(String action) {
        return new AuditEntry(NOON, "user:alice", action, "Application shop/a", "because");
    }
}
