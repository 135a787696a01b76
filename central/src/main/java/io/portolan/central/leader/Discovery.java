package io.portolan.central.leader;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import io.portolan.central.store.NodeRoster;
import io.portolan.central.store.Store;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Hazelcast where other nodes may be. What lies outside the allowed networks is no node. */
final class Discovery extends AbstractDiscoveryStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final NodeRoster nodes;
    private final Members members;
    private final Beats beats;

    /** Of foreign addresses, what was logged already. Hazelcast asks on one thread at a time. */
    private final Set<String> told = new TreeSet<>();

    private Discovery(
            ILogger logger,
            Map<String, Comparable> properties,
            NodeRoster nodes,
            Members members,
            Beats beats) {
        super(logger, properties);
        this.nodes = nodes;
        this.members = members;
        this.beats = beats;
    }

    /** Makes them, and learns at which address this node is reached. */
    record Factory(NodeRoster nodes, Members members, Beats beats)
            implements DiscoveryStrategyFactory {
        @Override
        public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
            return Discovery.class;
        }

        @Override
        public DiscoveryStrategy newDiscoveryStrategy(
                DiscoveryNode self, ILogger logger, Map<String, Comparable> properties) {
            Address address = self.getPrivateAddress();
            beats.reachedAt(hostPort(address.getHost(), address.getPort()));
            return new Discovery(logger, properties, nodes, members, beats);
        }

        @Override
        public Collection<PropertyDefinition> getConfigurationProperties() {
            return List.of();
        }
    }

    static String hostPort(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        List<DiscoveryNode> out = new ArrayList<>();
        for (InetSocketAddress candidate : candidates()) {
            if (candidate.isUnresolved()) {
                tell(candidate.getHostString(), "is unknown to the DNS");
            } else if (!members.networks().contain(candidate.getAddress())) {
                tell(candidate.getHostString(), "is in none of " + members.networks());
            } else {
                out.add(
                        new SimpleDiscoveryNode(
                                new Address(candidate.getAddress(), candidate.getPort())));
            }
        }
        return out;
    }

    private void tell(String host, String why) {
        if (told.add(host + why)) {
            LOG.warn("passes over a node: {} {}", host, why);
        }
    }

    private List<InetSocketAddress> candidates() {
        return switch (members.rendezvous()) {
            case Rendezvous.None() -> List.of();
            case Rendezvous.Postgres() -> onRoster();
            case Rendezvous.Dns(String name) -> behind(name);
            case Rendezvous.Tcp(var list) ->
                    list.stream()
                            .map(m -> new InetSocketAddress(m.getHostString(), m.getPort()))
                            .toList();
        };
    }

    private List<InetSocketAddress> onRoster() {
        try {
            return beats.fresh().nodes().stream()
                    .filter(n -> !n.id().equals(nodes.node()))
                    .filter(n -> !n.beat().member().isEmpty() && !n.silent())
                    .map(n -> Rendezvous.hostPort(n.beat().member()))
                    .map(m -> new InetSocketAddress(m.getHostString(), m.getPort()))
                    .toList();
        } catch (Store.StoreException e) {
            LOG.debug("nobody is found now", e);
            return List.of();
        }
    }

    private List<InetSocketAddress> behind(String name) {
        List<InetSocketAddress> out = new ArrayList<>();
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                out.add(new InetSocketAddress(address, members.port()));
            }
        } catch (UnknownHostException e) {
            out.add(InetSocketAddress.createUnresolved(name, members.port()));
        }
        return out;
    }
}
