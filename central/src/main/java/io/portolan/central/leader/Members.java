package io.portolan.central.leader;

/**
 * How a node meets the others.
 *
 * @param host the one address at which the others reach it
 * @param port 0 for any that is free
 * @param networks those that may reach it
 * @param name of this node, for people
 */
public record Members(
        Rendezvous rendezvous, String host, int port, Networks networks, String name) {
    public static final String HOST = "127.0.0.1";
    public static final int PORT = 8441;

    public Members {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--member-port must be 0..65535, was " + port);
        }
        if (rendezvous instanceof Rendezvous.Dns && port == 0) {
            throw new IllegalArgumentException(
                    "--members dns:NAME needs a --member-port, the same one for all nodes");
        }
        if (!(rendezvous instanceof Rendezvous.None)) {
            networks.exposure(host)
                    .ifPresent(
                            why -> {
                                throw new IllegalArgumentException(
                                        "--member-host "
                                                + why
                                                + ". Nothing protects the port for other nodes:"
                                                + " whoever reaches it can disturb elections. Name"
                                                + " the private network of the nodes by"
                                                + " --member-networks, or give --members none where"
                                                + " this is the only node.");
                            });
        }
    }

    /** Of the only node. */
    public static Members none(String name) {
        return new Members(new Rendezvous.None(), HOST, 0, Networks.parse(Networks.LOOPBACK), name);
    }
}
