package io.portolan.central.leader;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The networks that may reach the port for other nodes. Hazelcast's community edition neither
 * encrypts nor asks who comes, so this must be a network that is closed to all others.
 */
public record Networks(List<Network> allowed) {
    /** What leaves no machine. */
    public static final String LOOPBACK = "127.0.0.0/8,::1/128";

    private static final Pattern CIDR = Pattern.compile("([0-9a-fA-F.:]+)/(\\d{1,3})");

    public Networks {
        allowed = List.copyOf(allowed);
    }

    /**
     * @param prefix how many leading bits count
     */
    public record Network(InetAddress address, int prefix) {
        boolean contains(InetAddress other, int narrowness) {
            byte[] own = address.getAddress();
            byte[] its = other.getAddress();
            if (own.length != its.length || narrowness < prefix) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((own[bit / 8] ^ its[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return address.getHostAddress() + "/" + prefix;
        }
    }

    /**
     * Reads {@code 10.1.0.0/16,fd00::/8}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static Networks parse(String text) {
        return new Networks(
                Arrays.stream(text.split(",", -1)).map(String::strip).map(Networks::one).toList());
    }

    private static Network one(String text) {
        Matcher cidr = CIDR.matcher(text);
        try {
            if (cidr.matches()) {
                InetAddress address = InetAddress.ofLiteral(cidr.group(1));
                int prefix = Integer.parseInt(cidr.group(2));
                if (prefix <= address.getAddress().length * 8) {
                    return new Network(address, prefix);
                }
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "must name networks as 10.1.0.0/16, separated by commas, was " + text);
    }

    /** Whether a machine with this address is in one of the networks. */
    boolean contain(InetAddress address) {
        return contain(address, address.getAddress().length * 8);
    }

    private boolean contain(InetAddress address, int narrowness) {
        return allowed.stream().anyMatch(n -> n.contains(address, narrowness));
    }

    /**
     * Why a port at an address of this machine would be reached from elsewhere; empty when it would
     * not.
     */
    public Optional<String> exposure(String host) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return Optional.of(host + " is not an address of this machine");
        }
        if (address.isAnyLocalAddress()) {
            return Optional.of(
                    host + " is every network of this machine: name the one address of the nodes");
        }
        Optional<Integer> narrowness = narrowness(address);
        if (narrowness.isEmpty()) {
            return Optional.of(host + " is not an address of this machine");
        }
        return contain(address, narrowness.get())
                ? Optional.empty()
                : Optional.of(
                        host
                                + " is reached from "
                                + new Network(address, narrowness.get())
                                + ", which is more than the allowed "
                                + this);
    }

    /** How many bits the machines share that reach an address without a router. */
    private static Optional<Integer> narrowness(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return Optional.of(address.getAddress().length * 8);
        }
        try {
            NetworkInterface at = NetworkInterface.getByInetAddress(address);
            if (at == null) {
                return Optional.empty();
            }
            return at.getInterfaceAddresses().stream()
                    .filter(a -> a.getAddress().equals(address))
                    .map(InterfaceAddress::getNetworkPrefixLength)
                    .map(Integer::valueOf)
                    .findFirst();
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return allowed.stream().map(Network::toString).collect(Collectors.joining(","));
    }
}
