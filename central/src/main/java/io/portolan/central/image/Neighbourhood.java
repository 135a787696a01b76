package io.portolan.central.image;

import io.portolan.model.Metadata;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Which applications others may speak of, and which wait for others. Immutable.
 *
 * @param labelled applications by tenant and label
 * @param waiting by tenant those that found too few clusters because of where others are
 */
record Neighbourhood(
        TreePMap<Label, TreePSet<Uid>> labelled, TreePMap<String, TreePSet<Uid>> waiting) {
    static final Neighbourhood EMPTY = new Neighbourhood(TreePMap.empty(), TreePMap.empty());

    /** One label of one tenant's applications. */
    record Label(String tenant, String key, String value) implements Comparable<Label> {
        private static final Comparator<Label> ORDER =
                Comparator.comparing(Label::tenant)
                        .thenComparing(Label::key)
                        .thenComparing(Label::value);

        @Override
        public int compareTo(Label other) {
            return ORDER.compare(this, other);
        }
    }

    Neighbourhood plus(Metadata application, Uid uid) {
        TreePMap<Label, TreePSet<Uid>> next = labelled;
        for (var label : application.labels().entrySet()) {
            next =
                    with(
                            next,
                            new Label(application.tenant(), label.getKey(), label.getValue()),
                            uid);
        }
        return new Neighbourhood(next, waiting);
    }

    Neighbourhood minus(Metadata application, Uid uid) {
        TreePMap<Label, TreePSet<Uid>> next = labelled;
        for (var label : application.labels().entrySet()) {
            next =
                    without(
                            next,
                            new Label(application.tenant(), label.getKey(), label.getValue()),
                            uid);
        }
        return new Neighbourhood(next, without(waiting, application.tenant(), uid));
    }

    Neighbourhood waits(String tenant, Uid uid, boolean waits) {
        return new Neighbourhood(
                labelled, waits ? with(waiting, tenant, uid) : without(waiting, tenant, uid));
    }

    Set<Uid> waiting(String tenant) {
        return waiting.getOrDefault(tenant, TreePSet.empty());
    }

    /**
     * Those that may match: all that have a label which the selector asks for by its value; empty
     * where it asks for none by its value.
     */
    Optional<Set<Uid>> matching(String tenant, Selector selector) {
        return selector.requirements().stream()
                .filter(r -> r.operator() == Selector.Operator.IN)
                .findFirst()
                .map(
                        r -> {
                            Set<Uid> out = new TreeSet<>();
                            for (String value : r.values()) {
                                out.addAll(
                                        labelled.getOrDefault(
                                                new Label(tenant, r.key(), value),
                                                TreePSet.empty()));
                            }
                            return out;
                        });
    }

    private static <K extends Comparable<K>> TreePMap<K, TreePSet<Uid>> with(
            TreePMap<K, TreePSet<Uid>> map, K key, Uid uid) {
        return map.plus(key, map.getOrDefault(key, TreePSet.empty()).plus(uid));
    }

    private static <K extends Comparable<K>> TreePMap<K, TreePSet<Uid>> without(
            TreePMap<K, TreePSet<Uid>> map, K key, Uid uid) {
        @Nullable TreePSet<Uid> former = map.get(key);
        if (former == null) {
            return map;
        }
        TreePSet<Uid> rest = former.minus(uid);
        return rest.isEmpty() ? map.minus(key) : map.plus(key, rest);
    }
}
