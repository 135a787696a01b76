package io.portolan.sim;

import io.portolan.central.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In some lives central's database is restored from a copy: all nodes go down, what was committed
 * since the copy is lost, and they come up again under a new generation of the store, as they do
 * when PostgreSQL's timeline shows that it was restored. Agents and clusters go on. Chosen apart
 * from all that happens otherwise.
 *
 * <p>No copy is older than the applications that are wanted: of what was made since a copy central
 * knows nothing, so it tells it as an orphan, and a person looks at it.
 */
final class Restores {
    /** What is made anew since a copy, which a person would have to sort out. */
    static final Set<Troubles.Kind> NOT_BESIDE =
            EnumSet.of(Troubles.Kind.RECREATE, Troubles.Kind.SITE_FORGOTTEN);

    private static final Duration COPIED = Duration.ofSeconds(5);

    /** No copy is older than three minutes. */
    private static final int COPIES = 36;

    private record Backup(
            Instant at, MemoryStore.Copy store, Map<String, Simulation.Wish> wishes) {}

    private final Simulation sim;
    private final World world;
    private final Plant plant;
    private final List<SimCentral> nodes;
    private final Wire wire;
    private final Dice dice;
    private final List<Backup> backups = new ArrayList<>();

    Restores(
            Simulation sim,
            World world,
            Plant plant,
            List<SimCentral> nodes,
            Wire wire,
            Dice dice) {
        this.sim = sim;
        this.world = world;
        this.plant = plant;
        this.nodes = nodes;
        this.wire = wire;
        this.dice = dice;
    }

    /** To be begun when all that is wanted has been asked for. */
    void begin(Duration span) {
        world.every(COPIED, "copy", this::copy);
        int longest = Math.toIntExact(span.toSeconds());
        for (int i = 0; i <= dice.pick(2); i++) {
            world.after(dice.span(10, longest), "restore", this::restore);
        }
    }

    private void copy() {
        backups.add(new Backup(world.instant(), sim.store.copy(), sim.wished()));
        if (backups.size() > COPIES) {
            backups.removeFirst();
        }
    }

    private void restore() {
        if (backups.isEmpty()) {
            return;
        }
        // Mostly what a standby lacks, now and then what a backup does.
        int newest = backups.size() - 1;
        int back =
                dice.chance(0.6) ? dice.pick(Math.min(5, backups.size())) : dice.pick(newest + 1);
        Backup backup = backups.get(newest - back);
        world.note("the database is restored as of " + backup.at());
        Duration down = dice.span(1, 20);
        wire.down(true);
        nodes.forEach(n -> n.crash(down));
        Map<String, Simulation.Wish> lost = sim.wished();
        sim.store.restore(backup.store(), plant != Plant.GENERATION_KEPT);
        sim.restored(backup.wishes());
        world.after(
                down,
                "central",
                () -> {
                    wire.down(false);
                    sim.agentsRestored();
                });
        if (dice.chance(0.7)) {
            world.after(down.plus(dice.span(5, 60)), "write again", () -> sim.writeAgain(lost));
        }
    }
}
