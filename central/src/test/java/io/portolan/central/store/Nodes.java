package io.portolan.central.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;

/** Stores of several nodes on one PostgreSQL. */
public final class Nodes {
    private final DatabaseSettings settings = TestDatabase.fresh();

    /** One node's way to the database that all share. */
    public Store store() {
        return PostgresStore.open(
                DatabaseSettings.of(settings.url(), settings.user(), settings.password()));
    }

    /**
     * A node's way that brings no news: as of a node whose follower of the change log lags. Each
     * question is answered from the database all the same.
     */
    public Store deaf() {
        Store store = store();
        return (Store)
                Proxy.newProxyInstance(
                        Nodes.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            switch (method.getName()) {
                                case "changes":
                                    return List.of();
                                case "awaitChange":
                                    Thread.sleep((Duration) arguments[1]);
                                    return null;
                                default:
                                    try {
                                        return method.invoke(store, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                            }
                        });
    }
}
