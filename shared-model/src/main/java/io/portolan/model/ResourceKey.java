package io.portolan.model;

import java.util.Comparator;

/**
 * Where a resource is addressed.
 *
 * @param tenant the tenant's name, empty for kinds that live outside tenants
 */
public record ResourceKey(Kind kind, String tenant, String name)
        implements Comparable<ResourceKey> {
    private static final Comparator<ResourceKey> ORDER =
            Comparator.comparing(ResourceKey::kind)
                    .thenComparing(ResourceKey::tenant)
                    .thenComparing(ResourceKey::name);

    public static ResourceKey cluster(String name) {
        return new ResourceKey(Kind.CLUSTER, "", name);
    }

    public static ResourceKey tenant(String name) {
        return new ResourceKey(Kind.TENANT, "", name);
    }

    public static ResourceKey application(String tenant, String name) {
        return new ResourceKey(Kind.APPLICATION, tenant, name);
    }

    @Override
    public int compareTo(ResourceKey other) {
        return ORDER.compare(this, other);
    }

    /** {@code Application shop/checkout}, for messages. */
    @Override
    public String toString() {
        return kind.title() + " " + (tenant.isEmpty() ? name : tenant + "/" + name);
    }
}
