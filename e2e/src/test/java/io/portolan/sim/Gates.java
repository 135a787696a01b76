package io.portolan.sim;

import io.portolan.model.operation.Failover;
import java.util.function.BiConsumer;

/**
 * The invariants 10 and 11 of DESIGN.md section 7, where each failover of the single writer needs
 * another's approval, and data that are known to be less behind than the RPO.
 */
final class Gates {
    private final SimUser user;
    private final SimHooks hooks;
    private final BiConsumer<Invariant, String> fails;

    Gates(SimUser user, SimHooks hooks, BiConsumer<Invariant, String> fails) {
        this.user = user;
        this.hooks = hooks;
        this.fails = fails;
    }

    /** An operation that has just come into its state. */
    void check(Failover operation) {
        if (operation.state() != Failover.State.PROMOTING || !operation.singleWriter()) {
            return;
        }
        if (!operation.planned() && !user.approved(operation.uid())) {
            fails.accept(
                    Invariant.APPROVED, operation.name() + " is committed and nobody approved it");
        }
        if (!hooks.open(operation.uid())) {
            fails.accept(
                    Invariant.LAG_GATE,
                    operation.name() + " is committed, and nobody knows that little is lost");
        }
    }
}
