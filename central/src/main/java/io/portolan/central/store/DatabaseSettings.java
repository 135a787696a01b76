package io.portolan.central.store;

import java.util.UUID;

/**
 * How to reach PostgreSQL.
 *
 * @param url {@code jdbc:postgresql://host:port/database}
 * @param user empty: the one in the URL, else the one that runs this process
 * @param password empty: the one in the URL, or none where the server trusts
 * @param node tells the database sessions of this process from all others, as the application name
 *     of each; at most 40 characters
 * @param readConnections for what users and agents read; commits, heartbeats, the lease and bulk
 *     have nine of their own
 */
public record DatabaseSettings(
        String url, String user, String password, String node, int readConnections) {
    private static final int READ_CONNECTIONS = 8;

    public DatabaseSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("not a JDBC URL of PostgreSQL: " + url);
        }
        if (!node.matches("[-a-zA-Z0-9]{1,40}")) {
            throw new IllegalArgumentException("node must be 1..40 letters, digits or -");
        }
        if (readConnections < 1) {
            throw new IllegalArgumentException("at least one connection");
        }
    }

    /** With a random node name. */
    public static DatabaseSettings of(String url, String user, String password) {
        String node = UUID.randomUUID().toString().substring(0, 13);
        return new DatabaseSettings(url, user, password, node, READ_CONNECTIONS);
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return url + " as " + user + " (node " + node + ")";
    }
}
