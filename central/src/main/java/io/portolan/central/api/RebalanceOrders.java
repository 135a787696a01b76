package io.portolan.central.api;

import io.portolan.central.reconcile.RebalanceOrder;
import io.portolan.central.reconcile.Rebalancing;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import java.util.List;
import java.util.Optional;

/** Writes orders to move on applications, one transaction each. */
final class RebalanceOrders {
    private static final int ATTEMPTS = 4;

    private final Store store;
    private final Commits commits;

    RebalanceOrders(Store store, Commits commits) {
        this.store = store;
        this.commits = commits;
    }

    /** What became of it. */
    enum Outcome {
        ORDERED,
        /** The same order stands. */
        ALREADY,
        /** It is gone, or is being changed by others. */
        CHANGED
    }

    Outcome order(View view, Rebalancing wanted, Principal.User user, boolean dryRun) {
        ResourceKey key = wanted.application().key();
        RebalanceOrder order =
                new RebalanceOrder(
                        wanted.proposal().to(),
                        user.name(),
                        commits.now().plus(RebalanceOrder.LIFE));
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<Store.Described> there =
                    store.find(key).filter(t -> same(t, wanted.application()));
            if (there.isEmpty()) {
                return Outcome.CHANGED;
            }
            Resource<?> now = ResourceWrites.resource(there.get());
            boolean stands =
                    RebalanceOrder.of(now.metadata())
                            .filter(o -> o.stands(order.to(), commits.now()))
                            .isPresent();
            if (stands) {
                return Outcome.ALREADY;
            }
            if (dryRun || written(view, wanted, user, there.get(), order)) {
                return Outcome.ORDERED;
            }
        }
        return Outcome.CHANGED;
    }

    private static boolean same(Store.Described there, Resource<?> application) {
        Resource<?> now = ResourceWrites.resource(there);
        return now.uid().equals(application.uid()) && !now.metadata().deleting();
    }

    private boolean written(
            View view,
            Rebalancing wanted,
            Principal.User user,
            Store.Described there,
            RebalanceOrder order) {
        Resource<?> now = ResourceWrites.resource(there);
        String told =
                "from "
                        + Rebalancing.names(view, wanted.proposal().leaves())
                        + " to "
                        + Rebalancing.names(view, wanted.proposal().joins());
        List<Write> writes =
                List.of(
                        new Write.Put(new Row.ResourceRow(now.with(order.on(now.metadata())))),
                        commits.audit(user, "Rebalance", now.key(), told),
                        commits.event(
                                user,
                                now.uid(),
                                "RebalanceOrdered",
                                told + ": " + wanted.proposal().why()));
        Precondition seen =
                new Precondition(new Row.Key.OfResource(now.key()), there.resource().revision());
        return switch (commits.commit(Optional.empty(), List.of(seen), writes)) {
            case Commits.Outcome.Done _ -> true;
            case Commits.Outcome.Conflict _ -> false;
            case Commits.Outcome.Before _ ->
                    throw new IllegalStateException("a replay without a key");
        };
    }
}
