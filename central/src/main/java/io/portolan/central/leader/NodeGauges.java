package io.portolan.central.leader;

import io.portolan.central.store.NodeRoster;
import io.portolan.central.store.Term;
import io.portolan.central.telemetry.Metrics;
import java.util.function.LongSupplier;

/** The numbers of a node among nodes. */
public final class NodeGauges {
    private NodeGauges() {}

    public static void register(
            Metrics metrics, Leadership leadership, Beats beats, LongSupplier position) {
        metrics.gauge(
                "portolan.leader",
                "1 while this node believes to lead",
                () -> leadership.term().isPresent() ? 1 : 0);
        metrics.gauge(
                "portolan.leader.epoch",
                "The epoch that this node believes to lead in, 0 while it follows",
                () -> leadership.term().map(Term::epoch).orElse(0L));
        metrics.gauge(
                "portolan.nodes",
                "Nodes on the roster, those included that were lost less than 30 s ago",
                () -> beats.roster().map(r -> r.nodes().size()).orElse(0));
        metrics.gauge(
                "portolan.nodes.seen",
                "Nodes that this one hears, itself included",
                () -> leadership.members().view().sees().size());
        metrics.gauge(
                "portolan.nodes.majority",
                "1 while these are more than half",
                () -> leadership.members().view().majority() ? 1 : 0);
        metrics.gauge(
                "portolan.node.lag.revisions",
                "Revisions by which this node's view of the change log is behind",
                () ->
                        beats.roster()
                                .map(NodeRoster.Roster::head)
                                .map(head -> Math.max(0, head - position.getAsLong()))
                                .orElse(0L));
    }
}
