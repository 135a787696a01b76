package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.operation.Executor;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.dr.FailoverPlanner;
import io.portolan.dr.FailoverView;
import io.portolan.dr.Unproved;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Vouched;
import java.util.List;
import java.util.Optional;

/** What operators say of a live failover, as the API stores it. */
final class Operators {
    private Operators() {}

    /** Vouches for whoever may be vouched for; false when that is nobody. */
    static boolean attest(World world, String name) {
        Failover f = world.operation(name);
        FleetImage image = FleetImage.of(world.store.snapshot());
        FailoverView seen =
                Executor.seen(
                        new View(image, world.store.silences(), world.now),
                        f,
                        image.application(f.application()).orElseThrow().value());
        List<Vouched> vouched =
                FailoverPlanner.unproved(seen, world.now).stream()
                        .filter(Unproved::attestable)
                        .map(u -> new Vouched(u.cluster(), u.name(), u.silentSince()))
                        .toList();
        if (vouched.isEmpty()) {
            return false;
        }
        write(
                world,
                name,
                Optional.of(
                        new Attestation(
                                "alice",
                                "pulled the plug",
                                world.now,
                                seen.assignment().epoch(),
                                vouched)),
                f.abortRequested());
        return true;
    }

    static void abort(World world, String name) {
        write(world, name, world.operation(name).attestation(), true);
    }

    private static void write(
            World world, String name, Optional<Attestation> attestation, boolean abort) {
        var seen = world.store.operation(World.TENANT, name).orElseThrow();
        Failover o = seen.row().operation();
        world.commit(
                new Precondition(seen.row().key(), seen.revision()),
                new Write.Put(
                        new Row.OperationRow(
                                abort
                                        ? o.attested(attestation).aborting()
                                        : o.attested(attestation))));
    }
}
