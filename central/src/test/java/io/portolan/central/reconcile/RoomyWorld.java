package io.portolan.central.reconcile;

import io.portolan.model.Quantity;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A world whose clusters tell their room and whose applications ask for some. */
abstract class RoomyWorld {
    final World world = new World();

    static Component web(int replicas, String cpu, String memory) {
        return new Component(
                "web",
                new Component.Container(
                        "example/web:1",
                        List.of(),
                        replicas,
                        Map.of(),
                        List.of(),
                        List.of(),
                        Optional.of(
                                new Component.Resources(
                                        Optional.of(new Quantity(cpu)),
                                        Optional.of(new Quantity(memory))))));
    }

    static ApplicationSpec spec(
            Component component, PlacementPolicySpec placement, DrPolicySpec.Writers writers) {
        return new ApplicationSpec(
                List.of(component),
                Optional.of(new PolicyRef.Inline<>(placement)),
                Optional.of(
                        new PolicyRef.Inline<>(
                                new DrPolicySpec(
                                        writers,
                                        DrPolicySpec.DEMOTE_TIMEOUT,
                                        DrPolicySpec.VERIFY_TIMEOUT))));
    }

    Uid put(String name, Component component, PlacementPolicySpec placement) {
        return world.put(spec(component, placement, DrPolicySpec.Writers.MANY), World.TENANT, name);
    }

    static PlacementPolicySpec ranked(Priority priority) {
        return where(priority, "");
    }

    static PlacementPolicySpec where(Priority priority, String where) {
        return new PlacementPolicySpec(
                Selector.parse(where),
                List.of(),
                1,
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(priority));
    }

    void cluster(String name, String region, long cores) {
        world.cluster(name, region);
        tell(name, cores, 0);
    }

    void tell(String name, long cores, long foreign) {
        world.agents.get(name).capacity =
                Optional.of(
                        new Capacity(
                                1,
                                cores * 1_000,
                                cores << 30,
                                foreign * 1_000,
                                foreign << 30,
                                Optional.of(0L),
                                Optional.of(0L)));
    }

    void begin() {
        world.lead();
        world.agents.values().stream().sorted().forEach(a -> a.join());
        world.pass(Duration.ofSeconds(1));
    }

    List<String> on(Uid application) {
        return world.assignment(application).active().stream()
                .map(c -> world.core.image().clusterName(c))
                .toList();
    }
}
