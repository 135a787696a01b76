package io.portolan.central.leader;

import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import io.portolan.central.store.NodeRoster;

/** How Hazelcast runs here: one small map with a lock, one port, nothing that calls out. */
final class HazelcastSettings {
    static final String NODE = "portolan.node";
    static final String MAP = "election";
    private static final String MAJORITY = "majority";

    private HazelcastSettings() {}

    static Config of(NodeRoster nodes, Members members, Beats beats) {
        Config config = new Config();
        config.setClusterName("portolan-" + nodes.group());
        config.setInstanceName("portolan-" + nodes.node());
        config.getMemberAttributeConfig().setAttribute(NODE, nodes.node());
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getSerializationConfig()
                .setJavaSerializationFilterConfig(new JavaSerializationFilterConfig());
        properties(config, members.host());
        network(config, nodes, members, beats);
        config.addSplitBrainProtectionConfig(
                new SplitBrainProtectionConfig(MAJORITY, true)
                        .setProtectOn(SplitBrainProtectionOn.READ_WRITE)
                        .setFunctionImplementation(new Majority(beats)));
        config.addMapConfig(
                new MapConfig(MAP)
                        .setBackupCount(1)
                        .setInMemoryFormat(InMemoryFormat.BINARY)
                        .setStatisticsEnabled(false)
                        .setSplitBrainProtectionName(MAJORITY));
        return config;
    }

    /** Only other members are served at the port: no clients, no REST. */
    private static void network(Config config, NodeRoster nodes, Members members, Beats beats) {
        ServerSocketEndpointConfig endpoint =
                new ServerSocketEndpointConfig()
                        .setPort(members.port())
                        .setPortAutoIncrement(false)
                        .setReuseAddress(true);
        endpoint.getInterfaces().setEnabled(true).addInterface(members.host());
        config.getAdvancedNetworkConfig().setEnabled(true).setMemberEndpointConfig(endpoint);
        JoinConfig join = config.getAdvancedNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(false);
        join.getDiscoveryConfig()
                .addDiscoveryStrategyConfig(
                        new DiscoveryStrategyConfig(new Discovery.Factory(nodes, members, beats)));
    }

    private static void properties(Config config, String host) {
        config.setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.discovery.enabled", "true")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.local.localAddress", host)
                // Who is frozen or cut off is dropped after five seconds.
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
                .setProperty("hazelcast.member.list.publish.interval.seconds", "5")
                .setProperty("hazelcast.operation.call.timeout.millis", "5000")
                .setProperty("hazelcast.socket.connect.timeout.seconds", "2")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.wait.seconds.before.join", "2")
                .setProperty("hazelcast.max.join.seconds", "10")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "2")
                // Groups that did not meet at their start, or were cut apart, look for each other.
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                // There is one lock: what is made for data would only take memory.
                .setProperty("hazelcast.partition.count", "3")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.io.thread.count", "1")
                .setProperty("hazelcast.event.thread.count", "1");
    }
}
