package io.portolan.central.agentlink;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Store;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.PeerProbe;
import io.portolan.placement.fleet.Candidate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which agents are asked whether a cluster lives that central does not hear: three that are heard,
 * of other regions first. Every node works out the same, from the same store, so that an agent is
 * asked the same wherever its heartbeat goes. Made anew at most each two seconds, and only where a
 * cluster with a probe is silent. Safe for use by many threads.
 */
final class Probing {
    static final int PEERS = 3;

    private static final Duration KEPT = Duration.ofSeconds(2);

    /** Who has been gone for so long is not asked for any more. */
    private static final Duration LONG_GONE = Duration.ofHours(24);

    /** One agent is never asked for more. */
    private static final int MOST = 10;

    private final Store store;
    private final Supplier<FleetImage> fleet;
    private final Duration suspect;
    private final LongSupplier nanos;
    private Map<Uid, List<PeerProbe>> asked = Map.of();
    private long made;
    private boolean ever;

    /**
     * @param suspect from this silence on others are asked
     */
    Probing(Store store, Supplier<FleetImage> fleet, Duration suspect, LongSupplier nanos) {
        this.store = store;
        this.fleet = fleet;
        this.suspect = suspect;
        this.nanos = nanos;
    }

    /** What this cluster's agent is to ask now. A store that does not answer asks for nothing. */
    synchronized List<PeerProbe> of(Uid cluster) {
        long now = nanos.getAsLong();
        if (!ever || now - made >= KEPT.toNanos()) {
            ever = true;
            made = now;
            try {
                asked = made();
            } catch (Store.StoreException _) {
                asked = Map.of();
            }
        }
        return asked.getOrDefault(cluster, List.of());
    }

    private Map<Uid, List<PeerProbe>> made() {
        Map<Uid, Store.Silence> silences = store.silences();
        List<Uid> silent =
                silences.entrySet().stream()
                        .filter(e -> e.getValue().since().compareTo(suspect) >= 0)
                        .filter(e -> e.getValue().since().compareTo(LONG_GONE) < 0)
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
        if (silent.isEmpty()) {
            return Map.of();
        }
        FleetImage image = fleet.get();
        List<Candidate> peers =
                image.candidates().stream()
                        .filter(c -> c.reach() == Reach.READY && !silent.contains(c.uid()))
                        .filter(c -> probes(image, c.uid()))
                        .toList();
        Map<Uid, List<PeerProbe>> out = new HashMap<>();
        for (Uid lost : silent) {
            Store.@Nullable Silence silence = silences.get(lost);
            Optional<Candidate> cluster = image.candidate(lost);
            if (silence != null && cluster.isPresent()) {
                cluster.get()
                        .spec()
                        .probe()
                        .map(p -> new PeerProbe(lost, silence.lastHeard(), p.url()))
                        .ifPresent(probe -> ask(cluster.get(), probe, peers, out));
            }
        }
        return out;
    }

    private static boolean probes(FleetImage image, Uid cluster) {
        return image.observation(cluster)
                .map(Held::value)
                .filter(o -> o.abilities().contains(AgentMessages.PROBES))
                .isPresent();
    }

    private static void ask(
            Candidate lost, PeerProbe probe, List<Candidate> peers, Map<Uid, List<PeerProbe>> out) {
        String region = lost.spec().location().region();
        peers.stream()
                .filter(p -> out.getOrDefault(p.uid(), List.of()).size() < MOST)
                .sorted(
                        Comparator.comparing(
                                        (Candidate p) ->
                                                p.spec().location().region().equals(region))
                                .thenComparing(p -> lot(lost.uid(), p.uid())))
                .limit(PEERS)
                .forEach(p -> out.computeIfAbsent(p.uid(), _ -> new ArrayList<>()).add(probe));
    }

    /** So that not the same three are asked for all of a region that is lost. */
    private static String lot(Uid lost, Uid peer) {
        return Digest.of((lost + " " + peer).getBytes(StandardCharsets.UTF_8)).hex();
    }
}
