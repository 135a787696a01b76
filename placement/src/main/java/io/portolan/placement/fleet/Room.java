package io.portolan.placement.fleet;

import java.util.Arrays;
import java.util.Map;

/** The room in each cluster of a fleet, in the fleet's order. Immutable. */
public final class Room {
    /** Nothing is known of any cluster. */
    public static final Room UNKNOWN = new Room(new Cell[0]);

    private final Cell[] cells;

    private Room(Cell[] cells) {
        this.cells = cells;
    }

    /**
     * @param cells in the order of the fleet that it is for
     */
    public static Room of(Cell[] cells) {
        return new Room(cells.clone());
    }

    /** A copy with other cells at these places. */
    public Room with(Map<Integer, Cell> changed) {
        if (changed.isEmpty()) {
            return this;
        }
        Cell[] next = cells.clone();
        changed.forEach((i, cell) -> next[i] = cell);
        return new Room(next);
    }

    /**
     * @param cluster by its place in the fleet
     */
    public Cell cell(int cluster) {
        return cluster < cells.length ? cells[cluster] : Cell.UNKNOWN;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Room r && Arrays.equals(cells, r.cells);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells);
    }
}
