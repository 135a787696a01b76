package io.portolan.central.agentlink;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.PeerProbe;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.select.TieBreak;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which agents are asked whether a cluster lives that central does not hear: three that are heard,
 * of other regions first. Every node works out the same, from the same store, so that an agent is
 * asked the same wherever its heartbeat goes. Made anew at most each two seconds, by one heartbeat
 * while the others take what was made before: none but that one waits for the store. Safe for use
 * by many threads.
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
    private final AtomicReference<Made> last;

    private record Made(Map<Uid, List<PeerProbe>> asked, long nanos) {}

    /**
     * @param suspect from this silence on others are asked
     */
    Probing(Store store, Supplier<FleetImage> fleet, Duration suspect, LongSupplier nanos) {
        this.store = store;
        this.fleet = fleet;
        this.suspect = suspect;
        this.nanos = nanos;
        this.last = new AtomicReference<>(new Made(Map.of(), nanos.getAsLong() - KEPT.toNanos()));
    }

    /** What this cluster's agent is to ask now. A store that does not answer asks for nothing. */
    List<PeerProbe> of(Uid cluster) {
        Made made = last.get();
        long now = nanos.getAsLong();
        if (now - made.nanos >= KEPT.toNanos()
                && last.compareAndSet(made, new Made(made.asked, now))) {
            made = new Made(anew(), now);
            last.set(made);
        }
        return made.asked.getOrDefault(cluster, List.of());
    }

    private Map<Uid, List<PeerProbe>> anew() {
        try {
            return made();
        } catch (Store.StoreException _) {
            return Map.of();
        }
    }

    private Map<Uid, List<PeerProbe>> made() {
        Map<Uid, Store.Silence> silences = store.silences();
        SequencedSet<Uid> silent =
                silences.entrySet().stream()
                        .filter(e -> e.getValue().since().compareTo(suspect) >= 0)
                        .filter(e -> e.getValue().since().compareTo(LONG_GONE) < 0)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toCollection(TreeSet::new));
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
        long seed = TieBreak.seed(lost.uid());
        peers.stream()
                .filter(p -> out.getOrDefault(p.uid(), List.of()).size() < MOST)
                .sorted(
                        Comparator.comparing(
                                        (Candidate p) ->
                                                p.spec().location().region().equals(region))
                                // Not the same three for all of a region that is lost.
                                .thenComparingLong(p -> TieBreak.rank(seed, p.uid()))
                                .thenComparing(Candidate::uid))
                .limit(PEERS)
                .forEach(p -> out.computeIfAbsent(p.uid(), _ -> new ArrayList<>()).add(probe));
    }
}
