package io.portolan.central.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Some of what there is, newest first.
 *
 * @param next where to go on; empty at the end. What is added meanwhile is newer than that, so
 *     going on shows each item once
 */
public record Slice<T>(List<T> items, Optional<Place> next) {
    public Slice {
        items = List.copyOf(items);
    }

    /**
     * A place in such an order: behind the item of this number and, among equal numbers, this id.
     */
    public record Place(long number, String id) {
        /** Before everything. */
        static final Place START = new Place(Long.MAX_VALUE, "");

        static Place at(Instant time, String id) {
            return new Place(ChronoUnit.MICROS.between(Instant.EPOCH, time), id);
        }

        /** When it is, where numbers are times. */
        Instant time() {
            return Instant.EPOCH.plus(number, ChronoUnit.MICROS);
        }

        boolean isBefore(Place other) {
            return number > other.number || (number == other.number && id.compareTo(other.id) < 0);
        }
    }

    /** An item with its own place. */
    record Placed<T>(Place place, T item) {}

    /** Out of what was found when one more than the limit was looked for. */
    static <T> Slice<T> cut(List<Placed<T>> found, int limit) {
        boolean more = found.size() > limit;
        List<Placed<T>> items = more ? found.subList(0, limit) : found;
        return new Slice<>(
                items.stream().map(Placed::item).toList(),
                more ? Optional.of(items.getLast().place()) : Optional.empty());
    }

    /** As PostgreSQL would, over everything in order. */
    static <S, T> Slice<T> of(
            List<S> all,
            Optional<Place> after,
            int limit,
            Function<S, Place> place,
            Function<S, T> item) {
        return cut(
                all.stream()
                        .map(s -> new Placed<>(place.apply(s), item.apply(s)))
                        .filter(p -> after.isEmpty() || after.get().isBefore(p.place()))
                        .limit(limit + 1L)
                        .toList(),
                limit);
    }
}
