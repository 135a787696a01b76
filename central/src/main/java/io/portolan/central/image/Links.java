package io.portolan.central.image;

import io.portolan.model.Uid;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** Maps of maps and of sets, in which nothing empty is kept. */
final class Links {
    private Links() {}

    static <V> TreePMap<Uid, TreePMap<Uid, V>> nest(
            TreePMap<Uid, TreePMap<Uid, V>> map, Uid outer, Uid inner, V value) {
        @Nullable TreePMap<Uid, V> former = map.get(outer);
        TreePMap<Uid, V> base = former == null ? TreePMap.empty() : former;
        return map.plus(outer, base.plus(inner, value));
    }

    static <V> TreePMap<Uid, TreePMap<Uid, V>> prune(
            TreePMap<Uid, TreePMap<Uid, V>> map, Uid outer, Uid inner) {
        @Nullable TreePMap<Uid, V> former = map.get(outer);
        if (former == null) {
            return map;
        }
        TreePMap<Uid, V> rest = former.minus(inner);
        return rest.isEmpty() ? map.minus(outer) : map.plus(outer, rest);
    }

    static <K extends Comparable<K>> TreePMap<K, TreePSet<Uid>> link(
            TreePMap<K, TreePSet<Uid>> map, K key, Uid member) {
        @Nullable TreePSet<Uid> former = map.get(key);
        TreePSet<Uid> base = former == null ? TreePSet.empty() : former;
        return map.plus(key, base.plus(member));
    }

    static <K extends Comparable<K>> TreePMap<K, TreePSet<Uid>> unlink(
            TreePMap<K, TreePSet<Uid>> map, K key, Uid member) {
        @Nullable TreePSet<Uid> former = map.get(key);
        if (former == null) {
            return map;
        }
        TreePSet<Uid> rest = former.minus(member);
        return rest.isEmpty() ? map.minus(key) : map.plus(key, rest);
    }
}
