package io.portolan.central.leader;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Where the nodes find each other. */
public sealed interface Rendezvous {
    /** There is one node: nobody is looked for, and nothing listens for others. */
    record None() implements Rendezvous {}

    /** By the table in which each node tells of itself. */
    record Postgres() implements Rendezvous {}

    /** By the addresses behind a name, as of a headless service; all have the same port. */
    record Dns(String name) implements Rendezvous {}

    /** By a list, each {@code HOST:PORT}. */
    record Tcp(List<InetSocketAddress> members) implements Rendezvous {
        public Tcp {
            members = List.copyOf(members);
        }
    }

    /**
     * Reads {@code none}, {@code postgres}, {@code dns:NAME} or {@code tcp:HOST:PORT,HOST:PORT}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static Rendezvous parse(String text) {
        if (text.equals("none")) {
            return new None();
        }
        if (text.equals("postgres")) {
            return new Postgres();
        }
        if (text.startsWith("dns:") && text.length() > 4) {
            return new Dns(text.substring(4));
        }
        if (text.startsWith("tcp:") && text.length() > 4) {
            List<InetSocketAddress> members = new ArrayList<>();
            for (String member : text.substring(4).split(",", -1)) {
                members.add(hostPort(member));
            }
            return new Tcp(members);
        }
        throw new IllegalArgumentException(
                "must be none, postgres, dns:NAME or tcp:HOST:PORT,HOST:PORT, was " + text);
    }

    /** An address that is looked up when it is used. */
    static InetSocketAddress hostPort(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port < 65_536) {
                String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
                return InetSocketAddress.createUnresolved(host, port);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("must name each member as HOST:PORT, was " + text);
    }
}
