package io.portolan.central.http;

import io.portolan.central.security.Principal;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One line of the table of routes: what the server serves and what its OpenAPI document tells are
 * both held against it.
 *
 * @param path with parameters in braces, each one segment
 * @param query all that may be asked for behind the path
 */
public record Route(String method, String path, Query query, Access access) {
    /**
     * Parameters of the query.
     *
     * @param known those that are read, and no others can be
     * @param never why what would be known elsewhere is not here
     */
    public record Query(Set<String> known, Map<String, String> never) {
        static final Query NOTHING = new Query(Set.of(), Map.of());

        public Query {
            known = Collections.unmodifiableSet(new TreeSet<>(known));
            never = Map.copyOf(never);
        }

        /** What is wrong with a parameter. */
        Optional<String> wrong(String name) {
            if (known.contains(name)) {
                return Optional.empty();
            }
            String why = never.get(name);
            return Optional.of(
                    why != null
                            ? "parameter " + name + " is not taken here: " + why
                            : "parameter "
                                    + name
                                    + " is unknown here; "
                                    + (known.isEmpty()
                                            ? "none is known"
                                            : "known are " + String.join(", ", known)));
        }
    }

    /** This route, reading these parameters of the query. */
    public Route taking(String... names) {
        return new Route(method, path, new Query(Set.of(names), query.never), access);
    }

    /** This route, refusing a parameter that others of its sort know. */
    public Route never(String name, String why) {
        return new Route(method, path, new Query(query.known, Map.of(name, why)), access);
    }

    /** Who may call it, and what it does then. */
    public sealed interface Access {
        /** Anybody, without a token. */
        record Open(OpenAction action) implements Access {}

        record OfUser(UserAction action) implements Access {}

        record OfAgent(AgentAction action) implements Access {}
    }

    /** Serves whoever comes. */
    public interface OpenAction {
        Answer serve(Request request) throws InterruptedException;
    }

    /** Serves a person or their program. */
    public interface UserAction {
        Answer serve(Request request, Principal.User user) throws InterruptedException;
    }

    /** Serves a cluster's agent. */
    public interface AgentAction {
        Answer serve(Request request, Principal.Agent agent) throws InterruptedException;
    }

    public static Route open(String method, String path, OpenAction action) {
        return new Route(method, path, Query.NOTHING, new Access.Open(action));
    }

    public static Route user(String method, String path, UserAction action) {
        return new Route(method, path, Query.NOTHING, new Access.OfUser(action));
    }

    public static Route agent(String method, String path, AgentAction action) {
        return new Route(method, path, Query.NOTHING, new Access.OfAgent(action));
    }
}
