package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.http.Refusal;
import io.portolan.central.security.Principal.User;
import org.junit.jupiter.api.Test;

class PermitsTest {
    private final Permits permits = new Permits("another question", 2);

    private String ask(User user) {
        return permits.holding(user, () -> "answer");
    }

    @Test
    void oneTenantKeepsNobodyElseWaiting() {
        User shop = new User("ann", "shop");
        permits.holding(
                shop,
                () -> {
                    Refusal refused =
                            assertThrows(Refusal.class, () -> ask(new User("bob", "shop")));
                    assertEquals(429, refused.problem().status());
                    assertTrue(
                            refused.problem().detail().contains("another question of tenant shop"),
                            refused.problem().detail());
                    assertEquals("answer", ask(new User("eve", "bank")));
                    return ask(new User("root", ""));
                });
        assertEquals("answer", ask(shop), "given back");
    }

    @Test
    void soManyTenantsAtOnceAndAnOperatorBesideThem() {
        User mill = new User("joe", "mill");
        permits.holding(
                new User("ann", "shop"),
                () ->
                        permits.holding(
                                new User("eve", "bank"),
                                () -> {
                                    Refusal refused = assertThrows(Refusal.class, () -> ask(mill));
                                    assertEquals(429, refused.problem().status());
                                    assertEquals(
                                            "another question has to wait: this node works for 2"
                                                    + " tenants at once",
                                            refused.problem().detail());
                                    return ask(new User("root", ""));
                                }));
        assertEquals("answer", ask(mill), "given back");
    }

    @Test
    void whatFailsGivesItBackToo() {
        User root = new User("root", "");
        assertThrows(
                IllegalStateException.class,
                () ->
                        permits.holding(
                                root,
                                () -> {
                                    throw new IllegalStateException("no");
                                }));
        assertEquals("answer", ask(root));
    }
}
