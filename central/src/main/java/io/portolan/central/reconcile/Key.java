package io.portolan.central.reconcile;

import io.portolan.model.Uid;

/** What is reconciled as one. */
public sealed interface Key {
    record OfApplication(Uid application) implements Key {}

    record OfCluster(Uid cluster) implements Key {}

    record OfOperation(Uid operation) implements Key {}
}
