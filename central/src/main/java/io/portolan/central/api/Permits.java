package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.security.Principal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One question at a time of each tenant, and one of the operators: each may take a core for
 * seconds, and no tenant keeps the others from theirs.
 */
final class Permits {
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final String what;

    /**
     * @param what it is, for who has to wait: {@code another simulation}
     */
    Permits(String what) {
        this.what = what;
    }

    <T> T holding(Principal.User user, Supplier<T> work) {
        if (!taken.add(user.tenant())) {
            throw Problem.tooMany(
                            what
                                    + (user.operator()
                                            ? " of an operator"
                                            : " of tenant " + user.tenant())
                                    + " is under way on this node",
                            1)
                    .refusal();
        }
        try {
            return work.get();
        } finally {
            taken.remove(user.tenant());
        }
    }
}
