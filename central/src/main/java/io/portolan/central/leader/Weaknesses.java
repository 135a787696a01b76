package io.portolan.central.leader;

import io.portolan.central.store.NodeRoster;
import java.util.ArrayList;
import java.util.List;

/** What the nodes cannot promise as they are now, for people: before it matters. */
public final class Weaknesses {
    private Weaknesses() {}

    /** The worst first; empty when there is nothing to say. */
    public static List<String> of(NodeRoster.Roster roster) {
        List<String> out = new ArrayList<>();
        int all = roster.nodes().size();
        if (roster.leader().isEmpty()) {
            out.add("no node leads: nothing is decided until one does");
        }
        if (all == 1) {
            out.add("one node: while it is down nobody answers and nothing is decided");
        }
        if (all == 2) {
            out.add(
                    "two nodes: neither is a majority without the other; when one is lost without"
                            + " notice the other takes over only after the end of the lease");
        }
        for (NodeRoster.Node node : roster.nodes()) {
            int heard = node.beat().sees().size();
            if (node.silent()) {
                out.add(node.beat().name() + " is silent");
            } else if (heard < all) {
                out.add(
                        "%s hears %d of %d nodes%s"
                                .formatted(
                                        node.beat().name(),
                                        heard,
                                        all,
                                        node.beat().majority()
                                                ? ""
                                                : ", no majority: it takes over only after the end"
                                                        + " of the lease"));
            }
        }
        return out;
    }
}
