package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an acceptance reads, and what it does when that has changed. */
class DraftsTest {
    private final MemoryStore memory = new MemoryStore(Clock.systemUTC());
    private final AtomicInteger finds = new AtomicInteger();
    private final Drafts drafts =
            new Drafts(
                    counting(memory, finds),
                    (_, tenant, _, _, at) ->
                            at.require(tenant.allows("Widget.example.org"), "is not allowed"));

    @Test
    void aTrustingTryReadsTheTenantOnceAndNoRival() throws IOException {
        long tenant = tenant("[\"*\"]");
        assertEquals(List.of(tenant), revisions(read("first-of-all", true)));
        int before = finds.get();
        Drafts.Draft second = read("second-of-all", true);
        assertEquals(before, finds.get());
        List<Row.Key> absent =
                second.read().stream()
                        .filter(p -> p.revision() == Precondition.ABSENT)
                        .map(Precondition::key)
                        .toList();
        assertTrue(absent.containsAll(List.of(key("second-of"), key("second"))), absent::toString);
        read("second-of-all", false);
        assertEquals(before + 1 + absent.size(), finds.get(), "a second try looks");
    }

    @Test
    void nothingIsRefusedOnTrust() throws IOException {
        tenant("[\"*\"]");
        read("one", true);
        long allowedAgain = tenant("[\"Widget.example.org\"]");
        assertTrue(!revisions(read("two", true)).contains(allowedAgain), "it trusts");

        tenant("[]");
        drafts.read(document("three"), application("three"), Optional.empty(), true);
        boolean refused = false;
        try {
            read("three", false);
        } catch (RuntimeException _) {
            refused = true;
        }
        assertTrue(refused, "a second try sees that it is not allowed any more");

        long last = tenant("[\"*\"]");
        assertEquals(List.of(last), revisions(read("four", true)));
    }

    private static List<Long> revisions(Drafts.Draft draft) {
        return draft.read().stream()
                .map(Precondition::revision)
                .filter(r -> r != Precondition.ABSENT)
                .toList();
    }

    private Drafts.Draft read(String name, boolean trusting) throws IOException {
        return drafts.read(document(name), application(name), Optional.empty(), trusting);
    }

    private static JsonNode document(String name) throws IOException {
        return new ObjectMapper()
                .readTree(
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Application",
                         "metadata": {"name": "%s", "tenant": "shop"},
                         "spec": {"components": [{"name": "web", "container": {"image": "x"}}]}}
                        """
                                .formatted(name));
    }

    private static ResourceKey application(String name) {
        return ResourceKey.application("shop", name);
    }

    private static Row.Key key(String name) {
        return new Row.Key.OfResource(application(name));
    }

    /** The revision at which the tenant now allows these kinds. */
    private long tenant(String kinds) {
        ResourceKey key = ResourceKey.tenant("shop");
        Optional<Store.Described> there = memory.find(key);
        Resource<TenantSpec> tenant =
                new Resource<>(
                        Metadata.named("", "shop").created(new Uid("shop"), Instant.EPOCH),
                        Codec.strict()
                                .read("{\"clusterScopedKinds\": " + kinds + "}", TenantSpec.class));
        CommitResult result =
                memory.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(
                                new Precondition(
                                        new Row.Key.OfResource(key),
                                        there.map(t -> t.resource().revision())
                                                .orElse(Precondition.ABSENT))),
                        List.of(new Write.Put(new Row.ResourceRow(tenant))));
        return ((CommitResult.Committed) result).revision();
    }

    private static Store counting(Store store, AtomicInteger finds) {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("find")) {
                                finds.incrementAndGet();
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
