package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Observation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is supposed to happen to the fleet, all at once.
 *
 * @param lost clusters that are gone with everything in them
 * @param cordoned clusters that take nothing new
 * @param written clusters, policies, tenants and applications that are made, or stand in place of
 *     those of their name
 */
public record Supposition(Set<Uid> lost, Set<Uid> cordoned, List<Written> written) {
    public Supposition {
        lost = Set.copyOf(lost);
        cordoned = Set.copyOf(cordoned);
        written = List.copyOf(written);
    }

    /**
     * One document.
     *
     * @param observation of a cluster, where its document tells one; a cluster that is new and
     *     tells none is taken to serve every API kind that any cluster of the fleet serves
     */
    public record Written(Resource<?> resource, Optional<Observation> observation) {
        /** A cluster that takes nothing new, or any other as it is. */
        public Written cordoned() {
            return resource.spec() instanceof ClusterSpec spec
                    ? new Written(
                            new Resource<>(resource.metadata(), Supposed.cordoned(spec)),
                            observation)
                    : this;
        }
    }

    /** A fleet in which these are written, where names and labels can be looked up. */
    public static FleetImage writing(FleetImage image, List<Written> written) {
        return Supposed.of(image, new Supposition(Set.of(), Set.of(), written), Instant.EPOCH)
                .image();
    }

    public static Supposition losing(Set<Uid> clusters) {
        return new Supposition(clusters, Set.of(), List.of());
    }
}
