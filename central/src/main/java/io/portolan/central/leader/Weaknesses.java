package io.portolan.central.leader;

import io.portolan.central.store.NodeRoster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the nodes cannot promise as they are now, for people: before it matters. */
public final class Weaknesses {
    private Weaknesses() {}

    /**
     * What tells that it is this node that is cut off: it hears fewer than half of the others that
     * the database hears.
     */
    public static Optional<String> ownNetwork(NodeRoster.Roster roster, String node) {
        Optional<NodeRoster.Node> self =
                roster.nodes().stream().filter(n -> n.id().equals(node)).findFirst();
        List<String> others =
                roster.nodes().stream()
                        .filter(n -> !n.id().equals(node) && !n.silent())
                        .map(NodeRoster.Node::id)
                        .toList();
        long heard =
                self.map(s -> others.stream().filter(s.beat().sees()::contains).count())
                        .orElse((long) others.size());
        return heard * 2 < others.size()
                ? Optional.of(
                        "this node hears %d of %d other nodes that the database hears"
                                .formatted(heard, others.size()))
                : Optional.empty();
    }

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
