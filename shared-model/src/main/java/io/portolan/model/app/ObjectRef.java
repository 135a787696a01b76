package io.portolan.model.app;

import java.util.Comparator;

/** Names one Kubernetes object. The version is part of how to reach it, not of its identity. */
public record ObjectRef(String apiVersion, String kind, String namespace, String name)
        implements Comparable<ObjectRef> {
    private static final Comparator<ObjectRef> ORDER =
            Comparator.comparing(ObjectRef::kind)
                    .thenComparing(ObjectRef::group)
                    .thenComparing(ObjectRef::namespace)
                    .thenComparing(ObjectRef::name)
                    .thenComparing(ObjectRef::apiVersion);

    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Whether both name the same object, perhaps through other versions of its API. */
    public boolean same(ObjectRef other) {
        return kind.equals(other.kind)
                && group().equals(other.group())
                && namespace.equals(other.namespace)
                && name.equals(other.name);
    }

    /** {@code Deployment shop/web}. */
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }

    @Override
    public int compareTo(ObjectRef other) {
        return ORDER.compare(this, other);
    }
}
