package io.portolan.model.app;

import io.portolan.model.Names;

/** How an application ends on a cluster: what becomes of the objects that it has there. */
public enum Ending {
    /**
     * It lives on elsewhere. What may hold data of its own (volume claims, namespaces) stays in the
     * cluster under its label, for its return; all else is deleted.
     */
    MOVE,
    /** It is deleted. What may hold data is given up and stays; all else is deleted. */
    DELETE,
    /** It is deleted with its volume claims. */
    DELETE_VOLUMES,
    /** It is deleted, and all its objects are given up: they stay as they are, nobody's. */
    KEEP;

    @Override
    public String toString() {
        return Names.camel(this);
    }
}
