package io.portolan.central;

import io.portolan.central.http.Route;
import java.util.List;

/** Lets tests of other packages see a node's table of routes. */
public final class RoutesOf {
    private RoutesOf() {}

    public static List<Route> node(TestNode node) {
        return node.central().routes();
    }
}
