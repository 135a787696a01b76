package io.portolan.central;

import io.portolan.central.http.Limits;
import io.portolan.central.leader.Members;
import io.portolan.central.retention.Retention;
import io.portolan.dr.Brake;
import io.portolan.model.wire.Durations;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a central node is to run.
 *
 * @param port 0 for any that is free
 * @param tokenFile where the admin token is, or is put at the first start
 * @param allowRemote to listen beyond this machine although nothing encrypts yet
 * @param members how it meets the other nodes
 * @param heartbeat how often agents are heard that live
 * @param drain how long it goes on to answer after it said that it is no longer ready
 * @param rebalancing applications that may be on their way to something better at once
 * @param brakeShare so many of a hundred clusters may fall silent together before central fails
 *     nothing over by itself
 */
public record Config(
        String host,
        int port,
        Database database,
        Path tokenFile,
        boolean allowRemote,
        Limits limits,
        Retention retention,
        Members members,
        Duration heartbeat,
        Duration drain,
        int rebalancing,
        int brakeShare) {
    /** DESIGN.md section 7. */
    static final int HEARTBEAT_SECONDS = 5;

    public static final Duration HEARTBEAT = Duration.ofSeconds(HEARTBEAT_SECONDS);

    public static final String HOST = "127.0.0.1";
    public static final int PORT = 8440;
    public static final int REBALANCING = 10;

    /** Where PostgreSQL is. */
    public sealed interface Database {
        /** One that this process starts, with its files in a directory. */
        record Embedded(Path directory) implements Database {}

        record Url(String jdbc, Optional<String> user, Optional<Path> passwordFile)
                implements Database {}
    }

    public Config {
        if (heartbeat.compareTo(Duration.ofSeconds(1)) < 0
                || heartbeat.compareTo(Duration.ofMinutes(1)) > 0
                || heartbeat.toMillisPart() > 0) {
            throw new ConfigException(
                    "--heartbeat must be whole seconds, 1s..1m, was "
                            + Durations.format(heartbeat));
        }
        if (port < 0 || port > 65_535) {
            throw new ConfigException("--port must be 0..65535, was " + port);
        }
        if (rebalancing < 0) {
            throw new ConfigException("--rebalance-at-once must be 0 or more, was " + rebalancing);
        }
        if (brakeShare < 5 || brakeShare > 100) {
            throw new ConfigException("--brake-share must be 5%..100%, was " + brakeShare + "%");
        }
        if (!allowRemote && !loopback(host)) {
            throw new ConfigException(
                    "--host "
                            + host
                            + " is reached from other machines, but connections are not encrypted"
                            + " yet: tokens could be read on the way. Put a proxy that speaks TLS"
                            + " in front and keep 127.0.0.1, or add --allow-remote on a network"
                            + " that you trust.");
        }
    }

    /** The only node, with what fits most. */
    public Config(String host, int port, Database database, Path tokenFile, boolean allowRemote) {
        this(
                host,
                port,
                database,
                tokenFile,
                allowRemote,
                Limits.USUAL,
                Retention.USUAL,
                Members.none(""),
                HEARTBEAT,
                Duration.ZERO,
                REBALANCING,
                Brake.SHARE);
    }

    /** The same under other limits. */
    public Config limited(Limits other) {
        return new Config(
                host,
                port,
                database,
                tokenFile,
                allowRemote,
                other,
                retention,
                members,
                heartbeat,
                drain,
                rebalancing,
                brakeShare);
    }

    /** Embedded database and token under one directory. */
    public static Config under(Path dataDir, int port) {
        return new Config(
                HOST,
                port,
                new Database.Embedded(dataDir.resolve("postgres")),
                dataDir.resolve("admin-token"),
                false);
    }

    /** The same at this port. */
    Config onPort(int chosen) {
        return new Config(
                host,
                chosen,
                database,
                tokenFile,
                allowRemote,
                limits,
                retention,
                members,
                heartbeat,
                drain,
                rebalancing,
                brakeShare);
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigException("--host " + host + " is not an address of this machine");
        }
    }

    /** What was asked for cannot be done; the message tells what to do instead. */
    public static final class ConfigException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public ConfigException(String message) {
            super(message);
        }
    }
}
