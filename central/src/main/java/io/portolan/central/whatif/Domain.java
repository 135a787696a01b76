package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Names;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.placement.fleet.Candidate;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What may be lost as one.
 *
 * @param name of a zone as {@code eu-west/a}, for two regions may use one name
 */
public record Domain(Kind kind, String name) implements Comparable<Domain> {
    /** The widest first. */
    public enum Kind {
        PROVIDER,
        REGION,
        ZONE,
        CLUSTER;

        @Override
        public String toString() {
            return Names.camel(this);
        }
    }

    /**
     * Every domain of a fleet with its clusters; what a cluster does not say, it is not part of.
     */
    static SortedMap<Domain, SortedSet<Uid>> of(FleetImage image) {
        SortedMap<Domain, SortedSet<Uid>> out = new TreeMap<>();
        for (Candidate cluster : image.candidates()) {
            ClusterSpec.Location at = cluster.spec().location();
            put(out, Kind.PROVIDER, at.provider(), cluster);
            put(out, Kind.REGION, at.region(), cluster);
            if (!at.zone().isEmpty()) {
                put(
                        out,
                        Kind.ZONE,
                        at.region().isEmpty() ? at.zone() : at.region() + "/" + at.zone(),
                        cluster);
            }
            put(out, Kind.CLUSTER, cluster.name(), cluster);
        }
        return out;
    }

    private static void put(
            SortedMap<Domain, SortedSet<Uid>> out, Kind kind, String name, Candidate cluster) {
        if (!name.isEmpty()) {
            out.computeIfAbsent(new Domain(kind, name), _ -> new TreeSet<>()).add(cluster.uid());
        }
    }

    @Override
    public int compareTo(Domain other) {
        return Comparator.comparing(Domain::kind).thenComparing(Domain::name).compare(this, other);
    }
}
