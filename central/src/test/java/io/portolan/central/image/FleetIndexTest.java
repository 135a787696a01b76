package io.portolan.central.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Spec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Component;
import io.portolan.model.app.Health;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The index of the fleet lasts as long as no cluster changes, whatever else does. */
class FleetIndexTest {
    private static final int MANY = 150;
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final Facet<?> REGION = new Facet.Value("region");

    private FleetImage image = FleetImage.EMPTY;

    FleetIndexTest() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            rows.add(cluster(i, "eu-west"));
            rows.add(reach(i));
            rows.add(application(i));
        }
        replay(rows);
    }

    private void replay(List<Row> rows) {
        image =
                image.replay(
                        new Change(
                                image.revision() + 1,
                                rows.stream()
                                        .map(r -> new Change.Entry(r.key(), Optional.of(r), true))
                                        .toList()));
    }

    private static <S extends Spec> Row row(String tenant, String name, S spec) {
        return new Row.ResourceRow(
                new Resource<>(Metadata.named(tenant, name).created(new Uid(name), NOON), spec));
    }

    private static Row cluster(int i, String region) {
        return row(
                "",
                "c" + i,
                new ClusterSpec(new ClusterSpec.Location("aws", region, "", ""), List.of(), false));
    }

    private static Row reach(int i) {
        return new Row.StatusRow(
                ResourceKey.cluster("c" + i),
                new Uid("c" + i),
                new ClusterStatus(Reach.READY, Optional.empty(), Optional.empty(), List.of()));
    }

    private static Row application(int i) {
        Component web =
                new Component(
                        "web",
                        new Component.Container(
                                "example/web:1",
                                List.of(),
                                1,
                                Map.of(),
                                List.of(),
                                List.of(),
                                Optional.empty()));
        return row(
                "shop",
                "a" + i,
                new ApplicationSpec(List.of(web), Optional.empty(), Optional.empty()));
    }

    private static Row status(int i) {
        return new Row.StatusRow(
                ResourceKey.application("shop", "a" + i),
                new Uid("a" + i),
                new ApplicationStatus(
                        1, "healthy", Health.HEALTHY, 1, List.of(), List.of(), Optional.empty()));
    }

    private void lasts(List<Row> rows) {
        ClusterSnapshot before = image.fleet();
        Column<?> regions = before.column(REGION);
        replay(rows);
        assertSame(before, image.fleet());
        assertSame(regions, image.fleet().column(REGION));
    }

    @Test
    void outlastsStatusesOfApplications() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            rows.add(status(i));
            rows.add(application(i));
        }
        lasts(rows);
    }

    @Test
    void outlastsClustersThatAreWrittenAsTheyWere() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            rows.add(cluster(i, "eu-west"));
            rows.add(reach(i));
        }
        lasts(rows);
    }

    /** What others are written beside it does not make it a new index. */
    @Test
    void followsOneClusterAmongManyRows() {
        ClusterSnapshot before = image.fleet();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            rows.add(status(i));
            rows.add(cluster(i, i == 7 ? "eu-north" : "eu-west"));
        }
        Column<?> providers = before.column(new Facet.Value("provider"));
        replay(rows);
        assertNotSame(before, image.fleet());
        assertSame(
                providers,
                image.fleet().column(new Facet.Value("provider")),
                "a column in which nothing changed is carried over");
        assertEquals(
                Optional.of("eu-north"),
                image.fleet()
                        .column(new Facet.Value("region"))
                        .value(image.fleet().index(new Uid("c7"))));
    }
}
