package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Authority;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.Probe;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.PeerProbe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is asked for whom. */
class ProbingTest {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final Store store =
            new MemoryStore(
                    new Clock() {
                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }

                        @Override
                        public Instant instant() {
                            return now;
                        }
                    });
    private final Probing probing =
            new Probing(
                    store,
                    () -> FleetImage.of(store.snapshot()),
                    Duration.ofSeconds(15),
                    () -> Duration.between(Instant.EPOCH, now).toNanos());

    private Uid cluster(String name, String region, boolean probe, String... abilities) {
        Uid uid = new Uid("u-" + name);
        ClusterSpec spec =
                new ClusterSpec(
                        new ClusterSpec.Location("test", region, "", ""),
                        List.of(),
                        false,
                        Optional.empty(),
                        probe ? Optional.of(new Probe("https://" + name)) : Optional.empty());
        Resource<ClusterSpec> resource =
                new Resource<>(
                        new Metadata(
                                "",
                                name,
                                Optional.of(uid),
                                Map.of(),
                                Map.of(),
                                1,
                                0,
                                List.of(),
                                Optional.of(now),
                                Optional.empty()),
                        spec);
        store.commit(
                new Authority.Api(Optional.empty()),
                List.of(),
                List.of(
                        new Write.Put(new Row.ResourceRow(resource)),
                        new Write.Put(
                                new Row.StatusRow(
                                        ResourceKey.cluster(name),
                                        uid,
                                        new ClusterStatus(
                                                Reach.READY,
                                                Optional.of(now),
                                                Optional.empty(),
                                                List.of()))),
                        new Write.Put(
                                new Row.ObservationRow(
                                        uid,
                                        new Observation(
                                                "1",
                                                "v1.36.3",
                                                Optional.empty(),
                                                List.of(),
                                                List.of(),
                                                List.of(abilities))))));
        heard(uid);
        return uid;
    }

    private void heard(Uid uid) {
        store.heard(Map.of(uid, store.openSession(uid)));
    }

    @Test
    void threeThatAreHeardAndCanAreAskedOfOtherRegionsFirst() {
        Uid lost = cluster("lost", "eu-west", true);
        Uid near = cluster("near", "eu-west", false, AgentMessages.PROBES);
        Uid old = cluster("old", "eu-north", false);
        List<Uid> far =
                Stream.of("a", "b", "c")
                        .map(n -> cluster(n, "eu-north", false, AgentMessages.PROBES))
                        .toList();
        Instant since = store.silences().get(lost).lastHeard();
        far.forEach(c -> assertEquals(List.of(), probing.of(c), "all are heard"));
        now = now.plusSeconds(16);
        List.of(near, old).forEach(this::heard);
        far.forEach(this::heard);

        List<PeerProbe> asked = List.of(new PeerProbe(lost, since, "https://lost"));
        far.forEach(c -> assertEquals(asked, probing.of(c)));
        assertEquals(List.of(), probing.of(near));
        assertEquals(List.of(), probing.of(old), "it cannot");
        assertEquals(List.of(), probing.of(lost));

        now = now.plusSeconds(16);
        List.of(near, old).forEach(this::heard);
        far.subList(1, 3).forEach(this::heard);
        assertEquals(asked, probing.of(near), "one that was asked is silent itself");
        now = now.plusSeconds(3);
        heard(lost);
        now = now.plusSeconds(3);
        assertEquals(List.of(), probing.of(near), "it is back");
    }

    @Test
    void whoHasNoProbeIsNotAskedFor() {
        cluster("lost", "eu-west", false);
        Uid peer = cluster("a", "eu-north", false, AgentMessages.PROBES);
        now = now.plusSeconds(16);
        heard(peer);
        assertEquals(List.of(), probing.of(peer));
    }

    @Test
    void aHeartbeatDoesNotWaitForAnothersLook() throws InterruptedException {
        cluster("lost", "eu-west", true);
        Uid peer = cluster("a", "eu-north", false, AgentMessages.PROBES);
        now = now.plusSeconds(16);
        heard(peer);
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Probing slow =
                new Probing(
                        store,
                        () -> {
                            looking.countDown();
                            try {
                                end.await();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                            return FleetImage.of(store.snapshot());
                        },
                        Duration.ofSeconds(15),
                        () -> Duration.between(Instant.EPOCH, now).toNanos());
        Thread first = Thread.startVirtualThread(() -> slow.of(peer));
        looking.await();
        assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertEquals(List.of(), slow.of(peer)));
        end.countDown();
        first.join();
        assertEquals(1, slow.of(peer).size());
    }
}
