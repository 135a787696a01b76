package io.portolan.placement.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class KinTest {
    private static final Kin SHOP = new Kin("shop");

    @Test
    void onlyTheTenantsOwnAreNamed() {
        assertEquals("shop/a", SHOP.name("shop/a"));
        assertEquals("an application of another tenant", SHOP.name("shopping/a"));
        assertEquals("an application of another tenant", Kin.NOBODY.name("shop/a"));
    }

    @Test
    void theOthersAreCounted() {
        assertEquals("shop/a, shop/b", SHOP.names(List.of("shop/a", "shop/b"), 2));
        assertEquals("shop/a and 1 of another tenant", SHOP.names(List.of("x/a", "shop/a"), 2));
        assertEquals(
                "shop/a and 2 of other tenants", SHOP.names(List.of("x/a", "shop/a", "y/a"), 3));
        assertEquals("2 applications of other tenants", SHOP.names(List.of("x/a", "y/a"), 2));
    }

    /** Of those beyond the first few nobody knows whose they are. */
    @Test
    void thoseBeyondTheFirstFewAreCounted() {
        assertEquals("shop/a, shop/b and 5 more", SHOP.names(List.of("shop/a", "shop/b"), 7));
        assertEquals("shop/a and 6 more", SHOP.names(List.of("shop/a", "x/b"), 7));
        assertEquals("7 applications", SHOP.names(List.of("x/a", "x/b", "x/c"), 7));
    }
}
