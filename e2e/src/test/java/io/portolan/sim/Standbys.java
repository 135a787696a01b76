package io.portolan.sim;

import io.portolan.model.dr.StandbyLevel;
import java.util.List;

/**
 * What an application's standbys have ready where its policy says so: a level that each edit
 * changes, and of a single writer one of which nothing runs.
 *
 * @param seed of the life
 */
record Standbys(long seed) {
    private static final List<StandbyLevel> OF_MANY = List.of(StandbyLevel.values());

    private static final List<StandbyLevel> OF_ONE =
            OF_MANY.stream().filter(level -> !level.runs()).toList();

    /**
     * @param version of the application
     */
    StandbyLevel level(int version, boolean single) {
        List<StandbyLevel> levels = single ? OF_ONE : OF_MANY;
        return levels.get((int) Math.floorMod(seed / 4 + version, (long) levels.size()));
    }

    /** What its policy says. */
    String policy(int version, boolean single) {
        return ", \"standby\": \"" + level(version, single) + "\"";
    }

    /** How many pods a standby runs of an application of one workload. */
    static int pods(StandbyLevel level, int replicas) {
        return switch (level) {
            case COLD, PILOT_LIGHT -> 0;
            case WARM -> Math.min(1, replicas);
            case HOT -> replicas;
        };
    }
}
