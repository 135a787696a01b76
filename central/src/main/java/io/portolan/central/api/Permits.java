package io.portolan.central.api;

import io.portolan.central.http.Problem;
import io.portolan.central.security.Principal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Questions of which each may take a core for seconds. One at a time of each tenant, so many of all
 * tenants together, and one of the operators beside them: no tenant keeps the others from theirs,
 * all of them together do not keep the node from its work, nor an operator from an answer.
 */
final class Permits {
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final String what;
    private final int most;
    private final Semaphore ofTenants;

    /**
     * @param what it is, for who has to wait: {@code another simulation}
     * @param most at once of all tenants together
     */
    Permits(String what, int most) {
        this.what = what;
        this.most = most;
        this.ofTenants = new Semaphore(most);
    }

    /** For half of the cores, and two where there are few. */
    Permits(String what) {
        this(what, Math.max(2, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** Does the work, or refuses it with 429 where its turn has not come. */
    <T> T holding(Principal.User user, Supplier<T> work) {
        if (!taken.add(user.tenant())) {
            throw wait(
                    what
                            + (user.operator() ? " of an operator" : " of tenant " + user.tenant())
                            + " is under way on this node");
        }
        try {
            return user.operator() ? work.get() : amongTenants(work);
        } finally {
            taken.remove(user.tenant());
        }
    }

    private <T> T amongTenants(Supplier<T> work) {
        if (!ofTenants.tryAcquire()) {
            throw wait(what + " has to wait: this node works for " + most + " tenants at once");
        }
        try {
            return work.get();
        } finally {
            ofTenants.release();
        }
    }

    private static RuntimeException wait(String why) {
        return Problem.tooMany(why, 1).refusal();
    }
}
