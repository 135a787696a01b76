package io.portolan.central.http;

import io.portolan.central.security.Principal;

/**
 * One line of the table of routes: what the server serves and what its OpenAPI document tells are
 * both held against it.
 *
 * @param path with parameters in braces, each one segment
 */
public record Route(String method, String path, Access access) {
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
        return new Route(method, path, new Access.Open(action));
    }

    public static Route user(String method, String path, UserAction action) {
        return new Route(method, path, new Access.OfUser(action));
    }

    public static Route agent(String method, String path, AgentAction action) {
        return new Route(method, path, new Access.OfAgent(action));
    }
}
