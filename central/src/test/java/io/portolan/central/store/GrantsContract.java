package io.portolan.central.store;

import static io.portolan.central.store.Samples.uid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What grants are given by: the works that fence themselves, as they are at this moment. */
interface GrantsContract extends StoreFixture {
    static Row.WorkRow guarded(String cluster, String application, Role role) {
        return new Row.WorkRow(
                new Work(
                        uid(application),
                        "shop",
                        application,
                        uid(cluster),
                        role,
                        1,
                        3,
                        7,
                        Optional.of(Digest.of(new byte[] {1})),
                        true,
                        false,
                        false,
                        List.of(),
                        Optional.empty(),
                        Optional.of(
                                new SelfFence(
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(30),
                                        7,
                                        "http://agent"))));
    }

    private Map<Uid, List<Work>> found(String... clusters) {
        return store().selfFencing(Set.of(clusters).stream().map(Samples::uid).toList());
    }

    @Test
    default void showsTheWorksThatFenceThemselvesOfTheseClustersOnly() {
        Row.WorkRow a = guarded("c1", "a", Role.ACTIVE);
        Row.WorkRow b = guarded("c2", "b", Role.ACTIVE);
        put(
                a,
                b,
                guarded("c3", "c", Role.ACTIVE),
                Samples.work("c1", "plain", Optional.of(Digest.of(new byte[] {1}))));
        assertEquals(
                Map.of(uid("c1"), List.of(a.work()), uid("c2"), List.of(b.work())),
                found("c1", "c2", "c4"));
    }

    @Test
    default void showsARevocationAsSoonAsItIsCommitted() {
        put(guarded("c1", "a", Role.ACTIVE));
        Row.WorkRow revoked = guarded("c1", "a", Role.QUARANTINED);
        put(revoked);
        assertEquals(Map.of(uid("c1"), List.of(revoked.work())), found("c1"));
    }
}
