package io.portolan.e2e.bench;

import java.util.Collection;
import java.util.List;

/** Percentiles by the nearest rank, without interpolation: each is a value that was really seen. */
final class Percentile {
    private Percentile() {}

    /** In milliseconds, of durations in nanoseconds. */
    static double ms(Collection<Long> nanos, double percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1)) / 1e6;
    }
}
