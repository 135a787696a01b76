package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.security.Principal;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;

/**
 * What a user may reach. A user of one tenant reads and writes its resources, reads the fleet, and
 * learns nothing of other tenants, not even whether they exist.
 */
final class Reach {
    private Reach() {}

    static void read(Principal.User user, ResourceKey key) {
        switch (key.kind()) {
            case CLUSTER -> {}
            case TENANT -> tenant(user, key.name());
            case APPLICATION, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> tenant(user, key.tenant());
        }
    }

    static void write(Principal.User user, ResourceKey key) {
        switch (key.kind()) {
            case CLUSTER, TENANT -> operator(user);
            case APPLICATION, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> tenant(user, key.tenant());
        }
    }

    static void tenant(Principal.User user, String tenant) {
        if (!user.reaches(tenant)) {
            throw Problem.forbidden(user.name() + " reaches tenant " + user.tenant() + " only")
                    .refusal();
        }
    }

    static void operator(Principal.User user) {
        if (!user.operator()) {
            throw Problem.forbidden("only operators may do this").refusal();
        }
    }

    /** The tenant that a list of a kind is limited to; empty for all. */
    static String listed(Principal.User user, Kind kind, String asked) {
        if (!kind.tenanted()) {
            return "";
        }
        if (!asked.isEmpty()) {
            tenant(user, asked);
        }
        return asked.isEmpty() ? user.tenant() : asked;
    }
}
