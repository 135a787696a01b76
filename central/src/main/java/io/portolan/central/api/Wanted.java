package io.portolan.central.api;

import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a list or watch is over.
 *
 * @param tenant empty for all tenants
 */
record Wanted(Kind kind, String tenant, Selecting selecting, Principal.User user) {
    boolean covers(ResourceKey key) {
        return key.kind() == kind
                && (tenant.isEmpty() || key.tenant().equals(tenant))
                && (kind != Kind.TENANT || user.reaches(key.name()))
                && selecting.name().map(key.name()::equals).orElse(true);
    }

    boolean selects(Resource<?> resource) {
        return covers(resource.key()) && selecting.selects(resource);
    }

    /** A page of what is there, where possible read by name. */
    Store.Page page(Store store, Optional<ResourceKey> after, int limit) {
        Optional<String> one =
                kind == Kind.TENANT && !user.operator()
                        ? Optional.of(user.tenant())
                        : kind.tenanted() && tenant.isEmpty() ? Optional.empty() : selecting.name();
        if (one.isPresent()) {
            long revision = store.head();
            List<Store.Described> found =
                    store.find(new ResourceKey(kind, tenant, one.get())).stream()
                            .filter(d -> selects(ResourceWrites.resource(d)))
                            .toList();
            return new Store.Page(found, Optional.empty(), revision);
        }
        Store.Page page = store.list(kind, tenant, selecting.labels(), after, limit);
        List<Store.Described> items = new ArrayList<>(page.items());
        items.removeIf(d -> !selects(ResourceWrites.resource(d)));
        return new Store.Page(items, page.next(), page.revision());
    }
}
