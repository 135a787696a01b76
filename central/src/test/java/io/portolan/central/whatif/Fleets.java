package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.model.Digest;
import io.portolan.model.Metadata;
import io.portolan.model.Quantity;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Images made by hand, row by row. */
final class Fleets {
    static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    FleetImage image = FleetImage.EMPTY;

    Fleets() {
        put(
                new Row.ResourceRow(
                        resource("", "shop", new TenantSpec(Selector.EVERYTHING, Set.of()))));
    }

    void put(Row... rows) {
        image =
                image.replay(
                        new Change(
                                image.revision() + 1,
                                Arrays.stream(rows)
                                        .map(r -> new Change.Entry(r.key(), Optional.of(r), true))
                                        .toList()));
    }

    private static <S extends Spec> Resource<S> resource(String tenant, String name, S spec) {
        return new Resource<>(Metadata.named(tenant, name).created(new Uid(name), NOON), spec);
    }

    void cluster(String name, String region, String zone, boolean cordoned) {
        cluster(name, region, zone, cordoned, Optional.empty());
    }

    /** Of so many cores and as many GiB, of which nothing is used by others. */
    void sized(String name, String region, int cores) {
        cluster(
                name,
                region,
                "",
                false,
                Optional.of(
                        new Capacity(
                                1,
                                1_000L * cores,
                                (long) cores << 30,
                                0,
                                0,
                                Optional.of(0L),
                                Optional.of(0L))));
    }

    private void cluster(
            String name,
            String region,
            String zone,
            boolean cordoned,
            Optional<Capacity> capacity) {
        ClusterSpec spec =
                new ClusterSpec(
                        new ClusterSpec.Location("aws", region, zone, ""), List.of(), cordoned);
        Row.ResourceRow row = new Row.ResourceRow(resource("", name, spec));
        put(
                row,
                new Row.StatusRow(
                        ResourceKey.cluster(name),
                        new Uid(name),
                        new ClusterStatus(
                                Reach.READY, Optional.empty(), Optional.empty(), List.of())),
                new Row.ObservationRow(
                        new Uid(name),
                        new Observation(
                                "1", "v1.36.3", capacity, List.of("Deployment.apps"), List.of())));
    }

    /** Of one container, under the policy of that name, running in these clusters. */
    void application(String name, String policy, String... clusters) {
        application(name, policy, Optional.empty(), clusters);
    }

    /** Its pod requests so many cores. */
    void hungry(String name, String policy, int cores, String... clusters) {
        application(
                name,
                policy,
                Optional.of(
                        new Component.Resources(
                                Optional.of(new Quantity(Integer.toString(cores))),
                                Optional.empty())),
                clusters);
    }

    private void application(
            String name,
            String policy,
            Optional<Component.Resources> resources,
            String... clusters) {
        ApplicationSpec spec =
                new ApplicationSpec(
                        List.of(
                                new Component(
                                        "web",
                                        new Component.Container(
                                                "example/web:1",
                                                List.of(),
                                                1,
                                                Map.of(),
                                                List.of(),
                                                List.of(),
                                                resources))),
                        Optional.of(new PolicyRef.Named<>(policy)),
                        Optional.empty());
        List<Uid> uids = Arrays.stream(clusters).map(Uid::new).sorted().toList();
        put(
                new Row.ResourceRow(resource("shop", name, spec)),
                new Row.AssignmentRow(
                        new Assignment(
                                new Uid(name),
                                1,
                                uids.stream()
                                        .map(u -> new Assignment.Member(u, Role.ACTIVE, 1, false))
                                        .toList(),
                                new PlacementDecision(true, uids, "", Map.of(), List.of()))));
        for (Uid cluster : uids) {
            put(
                    new Row.WorkRow(
                            new Work(
                                    new Uid(name),
                                    "shop",
                                    name,
                                    cluster,
                                    Role.ACTIVE,
                                    1,
                                    1,
                                    1,
                                    Optional.of(Digest.of(new byte[] {1})),
                                    false,
                                    false)));
        }
    }

    /** One cluster, anywhere, with this priority. */
    void prior(String name, int priority) {
        PlacementPolicySpec any = PlacementPolicySpec.ANYWHERE;
        put(
                new Row.ResourceRow(
                        resource(
                                "shop",
                                name,
                                new PlacementPolicySpec(
                                        any.where(),
                                        any.tolerations(),
                                        any.clusters(),
                                        any.spread(),
                                        any.replicas(),
                                        any.prefer(),
                                        any.groups(),
                                        any.affinity(),
                                        any.standbys(),
                                        any.rebalance(),
                                        any.capacity(),
                                        Optional.of(new Priority(priority, false, false))))));
    }

    void policy(String name, int clusters, String where) {
        put(
                new Row.ResourceRow(
                        resource(
                                "shop",
                                name,
                                new PlacementPolicySpec(
                                        Selector.parse(where), List.of(), clusters, List.of()))));
    }
}
