package io.portolan.model.wire;

import io.portolan.model.Condition;
import io.portolan.model.Digest;
import io.portolan.model.Metadata;
import io.portolan.model.Percent;
import io.portolan.model.Quantity;
import io.portolan.model.Resource;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Component;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Health;
import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.dr.ApprovalRule;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.HookedFence;
import io.portolan.model.dr.OperationKind;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.dr.PreflightRule;
import io.portolan.model.dr.Safety;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Approval;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.HookRun;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Preference;
import io.portolan.model.placement.Priority;
import io.portolan.model.placement.Rebalance;
import io.portolan.model.placement.Standbys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One full value of everything that goes over a wire or into the store. */
final class Samples {
    static final Instant T = Instant.parse("2026-11-22T17:00:00.250Z");
    static final Uid APP = new Uid("0192-app");
    static final Uid PARIS = new Uid("0192-paris");
    static final Uid BERLIN = new Uid("0192-berlin");
    static final Digest DIGEST = new Digest("ab".repeat(32));

    private Samples() {}

    static Metadata metadata(String tenant, String name) {
        return new Metadata(
                tenant,
                name,
                Optional.of(new Uid("0192-" + name)),
                Map.of("team", "a", "tier", "prod"),
                Map.of("portolan.io/note", "kept by hand"),
                3,
                41,
                List.of("portolan.io/works"),
                Optional.of(T),
                Optional.of(T.plusSeconds(60)));
    }

    static <S extends Spec> Resource<S> resource(String tenant, String name, S spec) {
        return new Resource<>(metadata(tenant, name), spec);
    }

    static TenantSpec tenant() {
        return new TenantSpec(
                Selector.parse("jurisdiction = EU"),
                Set.of("CustomResourceDefinition.apiextensions.k8s.io"),
                Set.of("EU", "CH"));
    }

    static ClusterSpec cluster() {
        return new ClusterSpec(
                new ClusterSpec.Location("aws", "eu-west", "eu-west-1a", "EU"),
                List.of(
                        new ClusterSpec.Taint("gpu", "", ClusterSpec.Effect.NO_SCHEDULE),
                        new ClusterSpec.Taint("maintenance", "now", ClusterSpec.Effect.NO_EXECUTE)),
                true,
                Optional.of(new ClusterSpec.Agent("0.2.0")));
    }

    static ClusterStatus clusterStatus() {
        return new ClusterStatus(
                ClusterStatus.Reach.SUSPECT,
                Optional.of(T),
                Optional.of(observation()),
                List.of(
                        new Condition(
                                "Ready",
                                Condition.Truth.UNKNOWN,
                                "Silent",
                                "not heard for 20s",
                                T)),
                List.of(new ClusterStatus.Tainted("maintenance", "now", T)));
    }

    static ClusterStatus.Observation observation() {
        return new ClusterStatus.Observation(
                "0.1.0",
                "v1.36.0",
                Optional.of(
                        new ClusterStatus.Capacity(
                                3,
                                12_000,
                                1L << 36,
                                2_500,
                                1L << 33,
                                Optional.of(1_500L),
                                Optional.of(1L << 32))),
                List.of("Deployment.apps", "Service"),
                List.of("0192-orphan"),
                List.of(AgentMessages.GIVES_UP),
                Optional.empty());
    }

    static ApplicationSpec application() {
        return new ApplicationSpec(
                List.of(
                        new Component(
                                "web",
                                new Component.Container(
                                        "ghcr.io/example/checkout:1.4",
                                        List.of(
                                                new Component.Port(8080, Optional.of("http")),
                                                new Component.Port(9090, Optional.empty())),
                                        3,
                                        Map.of("MODE", "live"),
                                        List.of("/bin/checkout"),
                                        List.of("--verbose"),
                                        Optional.of(
                                                new Component.Resources(
                                                        Optional.of(new Quantity("250m")),
                                                        Optional.of(new Quantity("256Mi")))))),
                        new Component("extras", new Component.Manifests(List.of(configMap())))),
                Optional.of(new PolicyRef.Named<>("eu-two-regions")),
                Optional.of(new PolicyRef.Inline<>(drPolicy())),
                List.of(rule()),
                true);
    }

    static HealthRule rule() {
        return new HealthRule(
                "acme.io/v1", "Database", "self.status.phase == 'Ready'", "", "self.status.reason");
    }

    static KubeObject configMap() {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "ConfigMap",
                        "metadata",
                        Map.of("name", "settings"),
                        "data",
                        Map.of("colour", "blue")));
    }

    static ApplicationStatus applicationStatus() {
        return new ApplicationStatus(
                3,
                "revision 3 healthy on 1 of 2",
                Health.PROGRESSING,
                4,
                List.of(
                        new ApplicationStatus.OnCluster(
                                "paris",
                                "eu-west",
                                Role.ACTIVE,
                                false,
                                3,
                                Health.DEGRADED,
                                true,
                                1,
                                3,
                                5,
                                "1 of 3 ready",
                                List.of(trouble()),
                                Optional.of(T),
                                Optional.of(StandbyLevel.WARM),
                                false)),
                List.of(new Condition("Placed", Condition.Truth.TRUE, "Chosen", "2 of 37", T)),
                Optional.of("checkout-1"),
                Optional.of(T),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static WorkStatus.Trouble trouble() {
        return new WorkStatus.Trouble(
                new ObjectRef("apps/v1", "Deployment", "shop", "web"),
                Health.DEGRADED,
                "ImagePullBackOff",
                "no such image",
                Optional.of(T));
    }

    static PlacementPolicySpec placementPolicy() {
        return new PlacementPolicySpec(
                Selector.parse("region in (eu-west, eu-north), !legacy"),
                List.of(
                        new PlacementPolicySpec.Toleration(
                                "gpu", "", Optional.of(ClusterSpec.Effect.NO_SCHEDULE)),
                        new PlacementPolicySpec.Toleration("any", "thing", Optional.empty()),
                        new PlacementPolicySpec.Toleration(
                                "maintenance",
                                "",
                                Optional.of(ClusterSpec.Effect.NO_EXECUTE),
                                Optional.of(300L))),
                2,
                List.of(new PlacementPolicySpec.Spread("region", 2, 1)));
    }

    static PlacementPolicySpec richPolicy() {
        return new PlacementPolicySpec(
                Selector.EVERYTHING,
                List.of(),
                6,
                List.of(
                        new PlacementPolicySpec.Spread(
                                "provider", 2, Optional.of(3), 2, false, Map.of("own", 3)),
                        new PlacementPolicySpec.Spread(
                                "example.com/power-feed", 2, Optional.empty(), 1, true)),
                Optional.of(
                        new Division(
                                Division.Divide.WEIGHTED,
                                List.of(new Division.Weight(Selector.parse("provider = own"), 3)),
                                1,
                                Optional.of(40))),
                List.of(
                        new Preference(
                                Optional.of(Selector.parse("provider = own")),
                                Optional.empty(),
                                Optional.empty(),
                                50),
                        new Preference(
                                Optional.empty(),
                                Optional.of("example.com/cost"),
                                Optional.empty(),
                                30),
                        new Preference(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(Preference.Free.MOST),
                                20)),
                Optional.of(
                        new ClusterGroups(
                                List.of(
                                        Selector.parse("provider = own"),
                                        Selector.parse("provider in (aws, azure)")),
                                true,
                                false)),
                List.of(
                        new Affinity(
                                Optional.of("cache"),
                                Optional.empty(),
                                "cluster",
                                false,
                                Optional.of(20)),
                        new Affinity(
                                Optional.empty(),
                                Optional.of(Selector.parse("tier = batch")),
                                "region",
                                true,
                                Optional.empty())),
                Optional.of(new Standbys(List.of("region", "provider"))),
                Optional.of(
                        new Rebalance(
                                Rebalance.Apply.AUTOMATIC, Optional.of(25), Duration.ofHours(6))),
                Optional.of(new CapacityRule(new Percent(10), CapacityRule.Unknown.REFUSES)),
                Optional.of(new Priority(100, true, false)));
    }

    static DrPolicySpec drPolicy() {
        return new DrPolicySpec(
                Optional.empty(),
                DrPolicySpec.Writers.SINGLE,
                Optional.of(StandbyLevel.COLD),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DrPolicySpec.Trigger.MANUAL,
                Duration.ofSeconds(45),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(DrPolicySpec.OnReturn.HOLD),
                Optional.of(
                        new Safety(
                                Optional.of("firmware"),
                                Optional.of(1),
                                Optional.empty(),
                                Optional.empty(),
                                List.of())),
                Duration.ofSeconds(90),
                Duration.ofMinutes(10),
                Optional.of(false),
                Optional.of(Duration.ofMinutes(5)),
                Optional.of(
                        new ApprovalRule(
                                2,
                                Duration.ofMinutes(30),
                                Set.of(OperationKind.FAILOVER),
                                List.of("ann", "bob"))),
                Optional.of(new PreflightRule(Set.of(PreflightCheck.TARGET_ROOM))),
                Optional.empty(),
                Optional.empty(),
                Map.of(
                        HookPoint.PROMOTE,
                        new Hook(
                                new HookJob(
                                        "registry.example.com/db-tools:3",
                                        List.of("/promote"),
                                        List.of("--wait"),
                                        Map.of("PGHOST", "ledger-db"),
                                        Optional.of("db-admin"),
                                        Optional.of(HookJob.Side.TARGET)),
                                Duration.ofMinutes(2),
                                1),
                        HookPoint.SWITCH_TRAFFIC,
                        new Hook(
                                call("https://dns.example.com/switch"), Duration.ofSeconds(20), 5)),
                Optional.of(
                        new HookedFence(
                                new Hook(call("https://ipmi.example.com/off"), Hook.TIMEOUT, 0),
                                FenceLevel.F5,
                                call("https://ipmi.example.com/state"),
                                HookedFence.When.SILENT)));
    }

    static DrPolicySpec selfFencing() {
        return new DrPolicySpec(
                Optional.empty(),
                DrPolicySpec.Writers.SINGLE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DrPolicySpec.Trigger.AUTOMATIC,
                DrPolicySpec.TOLERATION,
                DrPolicySpec.COOLDOWN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DrPolicySpec.DEMOTE_TIMEOUT,
                DrPolicySpec.VERIFY_TIMEOUT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(DrPolicySpec.OnCentralLoss.SELF_FENCE),
                Optional.of(new DrPolicySpec.SelfFencing(Duration.ofSeconds(45))),
                Map.of(),
                Optional.empty());
    }

    private static Hook.Http call(String url) {
        return new Hook.Http(url, Map.of("Authorization", "Bearer t"));
    }

    static Work work() {
        return new Work(
                APP,
                "shop",
                "checkout",
                PARIS,
                Role.QUARANTINED,
                3,
                4,
                7,
                Optional.of(DIGEST),
                true,
                false,
                true);
    }

    static Work tombstone() {
        return new Work(
                APP,
                "shop",
                "checkout",
                PARIS,
                Role.STANDBY,
                3,
                4,
                8,
                Optional.empty(),
                false,
                false,
                false,
                List.of(),
                Optional.of(Ending.DELETE),
                Optional.empty());
    }

    static Work guarded() {
        return new Work(
                APP,
                "shop",
                "checkout",
                PARIS,
                Role.ACTIVE,
                3,
                4,
                7,
                Optional.of(DIGEST),
                true,
                false,
                false,
                List.of(),
                Optional.empty(),
                Optional.of(
                        new SelfFence(
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10),
                                5,
                                "http://portolan-agent.portolan-system:8442")));
    }

    static Work cold() {
        return work().standingBy(Optional.of(StandbyLevel.COLD));
    }

    static Work once() {
        return new Work(
                new Uid("0192-op.promote"),
                "shop",
                "checkout-promote-0a1b2c3d4e",
                BERLIN,
                Role.ACTIVE,
                1,
                5,
                44,
                Optional.of(DIGEST),
                false,
                false,
                false,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        new RunOnce(
                                new Uid("0192-op"),
                                APP,
                                "0192-op/promote/1",
                                2,
                                Duration.ofMinutes(2))));
    }

    static WorkStatus onceStatus() {
        return new WorkStatus(
                new Uid("0192-op.promote"),
                BERLIN,
                Role.ACTIVE,
                1,
                5,
                44,
                44,
                false,
                Health.HEALTHY,
                "",
                1,
                0,
                0,
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                0,
                Optional.of(new RunOnce.Outcome(true, "promoted at 0/3000060")));
    }

    static Work keep() {
        return work().ended(Ending.KEEP, Role.ACTIVE, 5);
    }

    static Work adopting() {
        return new Work(
                APP,
                "shop",
                "checkout",
                PARIS,
                Role.ACTIVE,
                3,
                4,
                7,
                Optional.of(DIGEST),
                false,
                true,
                false,
                List.of("ConfigMap/settings", "Deployment.apps/web"),
                Optional.empty(),
                Optional.empty());
    }

    static WorkStatus workStatus() {
        return new WorkStatus(
                APP,
                PARIS,
                Role.STANDBY,
                3,
                4,
                7,
                6,
                false,
                Health.STOPPED,
                "scaled to zero",
                4,
                0,
                0,
                List.of(trouble()),
                List.of(new Condition("Applied", Condition.Truth.FALSE, "Refused", "no", T)),
                Optional.of(new WorkStatus.Demotion(7, 4, List.of("web-1"))),
                List.of("a pod"),
                0);
    }

    static Assignment assignment() {
        return new Assignment(
                APP,
                4,
                List.of(
                        new Assignment.Member(BERLIN, Role.ACTIVE, 3, false),
                        new Assignment.Member(PARIS, Role.QUARANTINED, 2, true, true).held(true),
                        new Assignment.Member(
                                new Uid("0192-rome"),
                                Role.ACTIVE,
                                3,
                                false,
                                false,
                                false,
                                Map.of("web", 2, "extras/Deployment/cache", 1))),
                new PlacementDecision(
                        true,
                        List.of(BERLIN),
                        "1 of 2 clusters: 1 cordoned",
                        Map.of(PlacementDecision.Reason.CORDONED, 1),
                        List.of(
                                new PlacementDecision.Fate(
                                        BERLIN,
                                        "berlin",
                                        true,
                                        PlacementDecision.Reason.KEPT,
                                        "was there"),
                                new PlacementDecision.Fate(
                                        PARIS,
                                        "paris",
                                        false,
                                        PlacementDecision.Reason.CORDONED,
                                        "an operator has cordoned it"))));
    }

    static PlacementDecision decision() {
        return new PlacementDecision(
                false,
                List.of(BERLIN),
                "1 of 2 clusters (2 asked for): 1 cordoned",
                Map.of(PlacementDecision.Reason.CORDONED, 1),
                List.of(
                        new PlacementDecision.Fate(
                                BERLIN,
                                "berlin",
                                true,
                                PlacementDecision.Reason.CHOSEN,
                                "#1 of 1 that fit",
                                Map.of("web", 3),
                                Map.of("lowest cost", 20))),
                Optional.of("paris fits but for: an operator has cordoned it"),
                true,
                List.of(BERLIN, PARIS),
                Optional.of("cluster rome was tainted maintenance:NoExecute"),
                Optional.of(T),
                List.of(new PlacementDecision.Drive(BERLIN, new Uid("0192-batch"))));
    }

    static Failover failover() {
        return new Failover(
                new Uid("0192-op"),
                "shop",
                "checkout-1",
                APP,
                "checkout",
                new Failover.Request(
                        "eu-central",
                        List.of("paris"),
                        "fire",
                        "user:ann",
                        true,
                        true,
                        List.of(PreflightCheck.TARGET_ROOM)),
                true,
                Failover.State.COMPLETED,
                Optional.of(
                        new Failover.Plan(
                                List.of(PARIS),
                                BERLIN,
                                Duration.ofSeconds(90),
                                Duration.ofMinutes(10),
                                Optional.of(T.minusSeconds(40)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(Duration.ofMinutes(5)),
                                Optional.of(2),
                                List.of("ann", "bob"),
                                List.of(HookPoint.DATA_GATE),
                                true)),
                List.of(
                        new Failover.Step(
                                Failover.State.FENCING,
                                T,
                                Optional.of(T.plusSeconds(5)),
                                Optional.of(T.plusSeconds(90)),
                                "waits for proof"),
                        new Failover.Step(
                                Failover.State.COMPLETED,
                                T.plusSeconds(9),
                                Optional.empty(),
                                Optional.empty(),
                                "done")),
                Optional.of(
                        new Failover.Attestation(
                                "user:bob",
                                "the hall burnt down",
                                T,
                                5,
                                List.of(
                                        new Failover.Vouched(
                                                PARIS, "paris", Optional.of(T.minusSeconds(40)))))),
                false,
                Optional.of(
                        new Evidence.Attested(
                                List.of(PARIS), "user:bob", "the hall burnt down", T)),
                4,
                6,
                "paris to stop",
                "portolan failover attest checkout-1",
                T,
                Optional.of(T.plusSeconds(9)),
                Optional.of(
                        new Failover.Report(
                                Duration.ofSeconds(9),
                                Optional.of(Duration.ofMillis(49_500)),
                                "F6: user:bob attested",
                                "checkout runs healthy on berlin",
                                hookRun().lag(),
                                List.of("ann: pause in Fencing: wait for the hall (2m)"))),
                List.of(
                        new Checked(
                                PreflightCheck.TARGET_ROOM,
                                Checked.Outcome.OVERRIDDEN,
                                "berlin lacks 1 GiB")),
                List.of(new Approval("carol", T, "go", OperationKind.FAILOVER)),
                List.of(new Control(Control.Kind.PAUSE, "ann", T, "wait for the hall", 0)),
                List.of(hookRun()));
    }

    private static HookRun hookRun() {
        return new HookRun(
                HookPoint.DATA_GATE,
                Optional.of(PARIS),
                "0192-op/dataGate/2",
                2,
                1,
                3,
                4,
                HookRun.Phase.RETRYING,
                5,
                T,
                Optional.of(T.minusSeconds(40)),
                Optional.of(T.plusSeconds(1)),
                Optional.of(T.plusSeconds(6)),
                "answered 503: busy",
                Optional.of(new HookRun.Lag(Optional.of(Duration.ofSeconds(3)), Optional.of(100L))),
                Optional.of(new HookRun.Fenced(false, "bootId b-1")),
                Optional.of(new HookRun.Job(PARIS, "paris", "checkout-datagate-0a1b2c3d4e")));
    }

    static EventRecord event() {
        return new EventRecord(
                APP, T, EventRecord.Severity.WARNING, "FailoverCommitted", "on F6", "central");
    }

    static AuditEntry audit() {
        return new AuditEntry(
                T, "user:bob", "attest", "Failover shop/checkout-1", "fire", "seen it");
    }
}
