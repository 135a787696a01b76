package io.portolan.agent.link;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a name stands for. It is looked up anew for each stay at an address, and of several records
 * one is drawn: a record whose node is gone is another one's turn after its failure. Safe for use
 * by many threads.
 */
final class Names {
    /**
     * As {@link InetAddress#getAllByName}: the resolver of the machine, with its own time limit.
     */
    interface Lookup {
        List<InetAddress> all(String host) throws UnknownHostException;
    }

    private record Known(long stay, SocketAddress server) {}

    private final Lookup lookup;
    private final RandomGenerator random;

    /** Of the newest stay. */
    private volatile Known known = new Known(-1, SocketAddress.inetSocketAddress(0, "0.0.0.0"));

    Names(Lookup lookup, RandomGenerator random) {
        this.lookup = lookup;
        this.random = random;
    }

    static Names ofThisMachine() {
        return new Names(
                host -> List.of(InetAddress.getAllByName(host)), RandomGenerator.getDefault());
    }

    /** The same for all of a stay. */
    SocketAddress server(Addresses.At at) throws UnknownHostException {
        Known one = known;
        if (one.stay != at.stay()) {
            one = new Known(at.stay(), server(at.address()));
            known = one;
        }
        return one.server;
    }

    SocketAddress server(URI address) throws UnknownHostException {
        List<InetAddress> records = lookup.all(address.getHost());
        InetAddress drawn = records.get(random.nextInt(records.size()));
        return SocketAddress.inetSocketAddress(port(address), drawn.getHostAddress());
    }

    static int port(URI address) {
        return address.getPort() > 0 ? address.getPort() : tls(address) ? 443 : 80;
    }

    static boolean tls(URI address) {
        return "https".equals(address.getScheme());
    }
}
