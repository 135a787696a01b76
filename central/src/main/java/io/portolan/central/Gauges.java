package io.portolan.central;

import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Loop;
import io.portolan.central.store.Store;
import io.portolan.central.telemetry.Metrics;
import io.portolan.model.operation.Failover;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a node's metrics tell of its loop and of the database. */
final class Gauges {
    private static final Logger LOG = Logger.getLogger(Gauges.class.getName());

    private Gauges() {}

    static void register(Metrics metrics, Loop loop, Store store) {
        metrics.gauge(
                "portolan.database.oldest_transaction_seconds",
                "Age of the database's oldest transaction, NaN while it does not answer",
                () -> oldestTransaction(store));
        metrics.gauge("portolan.loop.depth", "Keys that wait to be reconciled", loop::depth);
        metrics.gauge(
                "portolan.loop.revision",
                "Revision of the image that the leader decides from, 0 elsewhere",
                loop::revision);
        metrics.count("portolan.loop.reconciled", "Keys that were looked at", loop::reconciled);
        metrics.gauge(
                "portolan.placement.unsatisfied",
                "Applications that found fewer clusters than they ask for, 0 where nobody leads",
                loop::unsatisfied);
        metrics.gauge(
                "portolan.operations.live",
                "Operations that were not brought to an end, 0 where nobody leads",
                () -> live(loop, Clock.systemUTC(), false));
        metrics.gauge(
                "portolan.operations.waiting_for_people",
                "Of those, the ones that are paused, unapproved or late, or that ask for a command",
                () -> live(loop, Clock.systemUTC(), true));
        metrics.count(
                "portolan.placement.undecided",
                "Decisions that left open whether a spread could hold, at the bound of the search",
                loop::undecided);
        metrics.count("portolan.loop.commits", "Leader's commits that stand", loop::commits);
        metrics.count(
                "portolan.loop.conflicts", "Leader's commits that met others", loop::conflicts);
    }

    /** An operation that ended is counted with how long it took. */
    static void ended(Metrics metrics, Failover operation) {
        metrics.operated(
                operation.kind().toString(),
                operation.state().toString().toLowerCase(Locale.ROOT),
                Duration.between(
                        operation.requestedAt(),
                        operation.endedAt().orElse(operation.requestedAt())));
    }

    private static double live(Loop loop, Clock clock, boolean waiting) {
        return loop.image().stream()
                .flatMap(
                        image ->
                                image.operations().stream()
                                        .flatMap(o -> image.operation(o).stream()))
                .map(Held::value)
                .filter(o -> !waiting || o.waitsForPeople(clock.instant()))
                .count();
    }

    private static double oldestTransaction(Store store) {
        try {
            return store.health().oldest().toMillis() / 1_000.0;
        } catch (Store.StoreException e) {
            LOG.log(Level.FINE, "the database does not tell of its transactions", e);
            return Double.NaN;
        }
    }
}
