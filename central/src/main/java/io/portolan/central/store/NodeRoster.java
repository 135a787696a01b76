package io.portolan.central.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes that share this store, as each tells of itself. For discovery and display: no node is
 * trusted or distrusted for what is here.
 */
public interface NodeRoster {
    /** How often a node is to tell of itself. */
    Duration BEAT = Duration.ofSeconds(1);

    /** A node that was silent for longer is shown as such. */
    Duration SILENT = Duration.ofSeconds(5);

    /** A node that was silent for longer is forgotten. */
    Duration FORGOTTEN = Duration.ofSeconds(30);

    /** Names this process among the nodes; its database sessions carry it. */
    String node();

    /** Names the group of nodes that share this store; never changes. */
    String group();

    /**
     * What a node tells of itself.
     *
     * @param name for people
     * @param api where it serves
     * @param member {@code host:port} for the other nodes; empty where it has none
     * @param position the revision up to which it follows the change log
     * @param sees ids of the nodes that it hears, itself among them
     * @param majority whether it believes these to be more than half
     */
    record Beat(
            String name,
            String api,
            String member,
            String version,
            Duration uptime,
            long position,
            Set<String> sees,
            boolean majority) {
        public Beat {
            sees = Set.copyOf(sees);
        }

        /** Whether a life begins: others with the same name at the same place are over. */
        boolean first() {
            return uptime.compareTo(BEAT) < 0;
        }

        /** In order. */
        Collection<String> hears() {
            return new TreeSet<>(sees);
        }
    }

    /**
     * A node.
     *
     * @param silence since it last told of itself, on the store's clock
     */
    record Node(String id, Beat beat, Duration silence) {
        public boolean silent() {
            return silence.compareTo(SILENT) > 0;
        }
    }

    /**
     * All nodes of one instant.
     *
     * @param leader the id of the node that holds the lease; empty when none does
     * @param head the newest revision
     * @param nodes by name
     */
    record Roster(long epoch, String leader, long head, List<Node> nodes) {
        public Roster {
            nodes = List.copyOf(nodes);
        }
    }

    /** Tells of this node, and forgets the long silent ones. */
    void beat(Beat beat);

    Roster roster();

    /** Takes this node off the roster. */
    void part();
}
