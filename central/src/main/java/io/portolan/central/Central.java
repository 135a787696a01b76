package io.portolan.central;

import io.portolan.central.http.Route;
import io.portolan.central.store.Store;
import java.net.URI;
import java.util.List;

/** A running central node. Also runs inside another process, as in developer mode. */
public final class Central implements AutoCloseable {
    private final Wiring wiring;

    private Central(Wiring wiring) {
        this.wiring = wiring;
    }

    /**
     * Starts everything; when it returns, the node answers.
     *
     * @throws Config.ConfigException when the database cannot be used as configured
     */
    public static Central start(Config config) {
        return new Central(Wiring.on(config));
    }

    /** Starts on a store that somebody else opened and closes. */
    public static Central start(Config config, Store store) {
        return new Central(Wiring.on(config, store));
    }

    public URI address() {
        return wiring.address();
    }

    /**
     * @throws java.util.NoSuchElementException where this node was given none and other nodes of
     *     its database have an admin
     */
    public String adminToken() {
        return wiring.adminToken().orElseThrow();
    }

    /** All that it serves. */
    List<Route> routes() {
        return wiring.routes();
    }

    /** Stops answering, releases leadership, closes what was opened. Harmless when repeated. */
    @Override
    public void close() {
        wiring.close();
    }
}
