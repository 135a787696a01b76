package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The answer for every domain, made anew where something that it depends on changed: any cluster as
 * placement sees it, an application in the domain, its assignment, its policies, its tenant. The
 * room in the clusters changes with every pod, so an answer that is older than {@link #OLD} is made
 * anew too, if anything changed at all.
 *
 * <p>Pure: images and times in, answers out. Owned by one thread.
 */
final class Losses {
    static final Duration OLD = Duration.ofMinutes(1);

    private record Known(long touched, Loss loss) {}

    private final Map<Domain, Known> known = new TreeMap<>();
    private SortedMap<Domain, SortedSet<Uid>> domains = new TreeMap<>();
    private Deque<Domain> due = new ArrayDeque<>();
    private FleetImage image = FleetImage.EMPTY;
    private ClusterSnapshot fleet = FleetImage.EMPTY.fleet();
    private long fleets;

    /**
     * Looks what is to be made anew over an image. Who waited longest comes first, so that nothing
     * waits behind what changes all the time.
     */
    void see(FleetImage next, Instant now) {
        if (next.fleet() != fleet) {
            fleets++;
            fleet = next.fleet();
            domains = Domain.of(next);
            known.keySet().retainAll(domains.keySet());
        }
        image = next;
        List<Domain> wanted = new ArrayList<>();
        domains.forEach(
                (domain, clusters) -> {
                    if (stale(known.get(domain), clusters, now)) {
                        wanted.add(domain);
                    }
                });
        wanted.sort(Comparator.comparing(this::since).thenComparing(Comparator.naturalOrder()));
        due = new ArrayDeque<>(wanted);
    }

    private boolean stale(@Nullable Known there, SortedSet<Uid> clusters, Instant now) {
        return there == null
                || there.touched != touched(clusters)
                || (there.loss.revision() != image.revision()
                        && !there.loss.at().plus(OLD).isAfter(now));
    }

    private Instant since(Domain domain) {
        @Nullable Known there = known.get(domain);
        return there == null ? Instant.MIN : there.loss.at();
    }

    /** How many domains wait. */
    int pending() {
        return due.size();
    }

    /** How many domains have no answer, not even an old one. */
    int missing() {
        return domains.size() - known.size();
    }

    /** Makes one answer; false when none is due. */
    boolean step(Instant now) {
        @Nullable Domain domain = due.poll();
        if (domain == null) {
            return false;
        }
        SortedSet<Uid> clusters = domains.getOrDefault(domain, new TreeSet<>());
        List<Consequence> consequences = Simulator.losing(image, clusters, now);
        known.put(
                domain,
                new Known(
                        touched(clusters),
                        Loss.of(domain, clusters.size(), consequences, image.revision(), now)));
        return true;
    }

    /** In the order of the domains. */
    Collection<Loss> answers() {
        return known.values().stream().map(Known::loss).toList();
    }

    /** A number that differs when something of a domain's applications was written. */
    private long touched(Collection<Uid> clusters) {
        long out = fleets;
        for (Uid cluster : clusters) {
            for (Uid application : image.appliedTo(cluster)) {
                out = mixed(out, application.value().hashCode());
                out = mixed(out, image.assignment(application).map(Held::revision).orElse(0L));
                out = mixed(out, image.operationOn(application).isPresent() ? 1 : 0);
                Optional<Held<Resource<ApplicationSpec>>> held = image.application(application);
                if (held.isPresent()) {
                    out = mixed(out, held.get().revision());
                    out = mixed(out, policies(held.get().value()));
                }
            }
        }
        return out;
    }

    private long policies(Resource<ApplicationSpec> application) {
        String tenant = application.metadata().tenant();
        ApplicationSpec spec = application.spec();
        long out = revision(ResourceKey.tenant(tenant));
        if (spec.placement().orElse(null) instanceof PolicyRef.Named<?>(String name)) {
            out = mixed(out, revision(new ResourceKey(Kind.PLACEMENT_POLICY, tenant, name)));
        }
        if (spec.disasterRecovery().orElse(null) instanceof PolicyRef.Named<?>(String name)) {
            out = mixed(out, revision(new ResourceKey(Kind.DR_POLICY, tenant, name)));
        }
        return out;
    }

    private long revision(ResourceKey key) {
        return switch (key.kind()) {
            case TENANT -> image.tenant(key.name()).map(Held::revision).orElse(0L);
            case PLACEMENT_POLICY ->
                    image.placementPolicy(key.tenant(), key.name()).map(Held::revision).orElse(0L);
            case DR_POLICY ->
                    image.drPolicy(key.tenant(), key.name()).map(Held::revision).orElse(0L);
            case APPLICATION, CLUSTER, FAILOVER -> 0;
        };
    }

    /** The finalizer of SplitMix64. */
    private static long mixed(long one, long other) {
        long z = one * 31 + other + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
