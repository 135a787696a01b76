package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.model.Digest;
import io.portolan.model.Metadata;
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
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
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
                                "1",
                                "v1.36.3",
                                Optional.empty(),
                                List.of("Deployment.apps"),
                                List.of())));
    }

    /** Of one container, under the policy of that name, running in these clusters. */
    void application(String name, String policy, String... clusters) {
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
                                                Optional.empty()))),
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
