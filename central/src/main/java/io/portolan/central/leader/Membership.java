package io.portolan.central.leader;

import java.util.Set;

/**
 * What the group of nodes thinks of who should lead. Advice: it makes a takeover quick, and may be
 * wrong or missing at any time. Safe for use by many threads.
 */
public interface Membership extends AutoCloseable {
    /** Whether this node should lead: it need not be patient then. */
    boolean chosen();

    /** A node that cannot lead gives way to the others until it can. */
    void able(boolean able);

    View view();

    /**
     * @param sees ids of the nodes that this one hears, itself among them
     * @param majority whether these are more than half of all
     */
    record View(Set<String> sees, boolean majority) {
        public View {
            sees = Set.copyOf(sees);
        }
    }

    /** Lets another be chosen at once. */
    @Override
    void close();

    /** Of a node that knows no other: it is always the one who should lead. */
    static Membership alone(String node) {
        return new Membership() {
            @Override
            public boolean chosen() {
                return true;
            }

            @Override
            public void able(boolean able) {}

            @Override
            public View view() {
                return new View(Set.of(node), true);
            }

            @Override
            public void close() {}
        };
    }
}
