package io.portolan.placement.select;

import io.portolan.model.Uid;

/**
 * Ranks clusters that are equally good. The rank depends on the seed and the cluster alone
 * (rendezvous hashing), so neither the order of a list nor a cluster that comes or goes changes how
 * any two others compare.
 */
public final class TieBreak {
    private TieBreak() {}

    /** The same for one application at all times, so that its ties break alike. */
    public static long seed(Uid application) {
        return application.value().hashCode();
    }

    /** Smaller is better. */
    public static long rank(long seed, Uid cluster) {
        return rank(seed, hash(cluster));
    }

    /** The rank of the cluster that has this hash. */
    public static long rank(long seed, long hash) {
        return mixed(hash ^ mixed(seed));
    }

    /** FNV-1a over the uid. */
    public static long hash(Uid cluster) {
        long hash = 0xcbf29ce484222325L;
        String text = cluster.value();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** MurmurHash3's 64-bit mixer. */
    private static long mixed(long bits) {
        long h = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
