package io.portolan.central.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Accounts.Account;
import io.portolan.central.store.Accounts.Issued;
import io.portolan.central.store.Accounts.Outcome;
import io.portolan.model.Digest;
import io.portolan.model.operation.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Users, their tokens, and that somebody is always left who can mend what was done wrong. */
interface AccountsContract extends StoreFixture {
    Duration LIFE = Duration.ofHours(1);

    private static Digest key(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Accounts.How recorded(String action) {
        return new Accounts.How.Recorded(Samples.audit(action));
    }

    private Outcome add(String name, String tenant) {
        return store().addAccount(name, tenant, recorded("add " + name));
    }

    private Outcome remove(String name) {
        return store().removeAccount(name, Optional.empty(), recorded("remove " + name));
    }

    private Outcome issue(String secret, String user, Duration life) {
        return store().issue(key(secret), user, life, recorded("issue " + secret));
    }

    private Outcome revoke(String secret) {
        return store().revoke(Accounts.tokenId(key(secret)), recorded("revoke " + secret));
    }

    private List<String> recorded() {
        return store().audit(10).stream().map(AuditEntry::action).toList().reversed();
    }

    @Test
    default void accountsAreMadeOnceAndListedByName() {
        assertEquals(Outcome.DONE, add("bob", "shop"));
        assertEquals(Outcome.DONE, add("alice", ""));
        assertEquals(Outcome.DONE, add("carol", "bank"));
        assertEquals(Outcome.EXISTS, add("bob", "bank"));
        assertEquals("shop", store().account("bob").orElseThrow().tenant());
        assertEquals(Optional.empty(), store().account("dave"));
        assertEquals(List.of("alice", "bob", "carol"), names("", "", 10));
        assertEquals(List.of("bob"), names("", "alice", 1));
        assertEquals(List.of("bob"), names("shop", "", 10));
        assertEquals(List.of("add bob", "add alice", "add carol"), recorded());
    }

    private List<String> names(String tenant, String after, int limit) {
        return store().accounts(tenant, after, limit).stream().map(Account::name).toList();
    }

    @Test
    default void tokensStandForTheAccountAndEndWithIt() {
        assertEquals(Outcome.MISSING, issue("s", "bob", LIFE));
        add("bob", "shop");
        add("carol", "shop");
        assertEquals(Outcome.DONE, issue("s", "bob", LIFE));
        assertEquals(Outcome.DONE, issue("t", "carol", LIFE));
        assertEquals(
                Optional.of(new Store.TokenRecord.User("bob", "shop")), store().token(key("s")));
        assertEquals(2, store().issued("", 10).size());
        Issued issued = store().issued("bob", 10).getFirst();
        assertEquals(Accounts.tokenId(key("s")), issued.id());
        assertEquals(LIFE, Duration.between(issued.createdAt(), issued.expiresAt().orElseThrow()));
        assertEquals(Optional.of(issued), store().issuedToken(issued.id()));
        assertEquals(Outcome.DONE, remove("bob"));
        assertEquals(Outcome.MISSING, remove("bob"));
        assertEquals(Optional.empty(), store().token(key("s")));
        assertTrue(store().token(key("t")).isPresent());
        add("bob", "bank");
        assertEquals(Optional.empty(), store().token(key("s")), "a namesake inherits nothing");
    }

    @Test
    default void ofManyNodesOneMakesTheFirstAdmin() {
        add("bob", "shop");
        issue("of bob", "bob", LIFE);
        assertFalse(store().hasAdmin(), "who reaches one tenant is no admin");
        CountDownLatch all = new CountDownLatch(1);
        List<CompletableFuture<Boolean>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Digest secret = key("admin " + i);
            tries.add(
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    all.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                return store().firstAdmin(secret);
                            },
                            Thread::startVirtualThread));
        }
        all.countDown();
        assertEquals(1, tries.stream().filter(CompletableFuture::join).count());
        assertTrue(store().hasAdmin());
        assertEquals(1, store().issued("admin", 10).size());
    }

    @Test
    default void onlyTheAccountThatIsMeantIsRemoved() {
        add("bob", "shop");
        Optional<Instant> made = store().account("bob").map(Account::createdAt);
        Optional<Instant> other = made.map(m -> m.plusMillis(1));
        Accounts.How how = recorded("remove");
        assertEquals(Outcome.MISSING, store().removeAccount("bob", other, how));
        assertEquals(Outcome.DONE, store().removeAccount("bob", made, how));
        assertEquals(Outcome.MISSING, store().removeAccount("bob", made, how));
    }

    @Test
    default void tokensComeInPages() {
        add("bob", "shop");
        for (int i = 0; i < 5; i++) {
            issue("s" + i, "bob", LIFE);
        }
        List<String> whole = store().issued("bob", 10).stream().map(Issued::id).toList();
        assertEquals(5, whole.size());
        assertEquals(
                whole, ReadingContract.paged(after -> store().issued("bob", after, 2), Issued::id));
    }

    @Test
    default void tokensEndByTimeAndByRevocation() {
        add("bob", "shop");
        issue("old", "bob", Duration.ZERO);
        issue("s", "bob", LIFE);
        assertEquals(Optional.empty(), store().token(key("old")));
        assertEquals(1, store().issued("bob", 10).size());
        assertEquals(Outcome.MISSING, revoke("old"));
        assertEquals(Outcome.DONE, revoke("s"));
        assertEquals(Outcome.MISSING, revoke("s"));
        assertEquals(Optional.empty(), store().token(key("s")));
        assertEquals(List.of("add bob", "issue old", "issue s", "revoke s"), recorded());
    }

    @Test
    default void agentsTokensAreNobodysToRevoke() {
        store().putToken(key("a"), new Store.TokenRecord.Agent(Samples.uid("c1")));
        assertEquals(Outcome.MISSING, revoke("a"));
        assertEquals(List.of(), store().issued("", 10));
        assertTrue(store().token(key("a")).isPresent());
    }

    @Test
    default void aUserHoldsSoManyTokensAndNoMore() {
        add("bob", "shop");
        for (int i = 0; i < Accounts.MOST_TOKENS; i++) {
            assertEquals(Outcome.DONE, issue("s" + i, "bob", LIFE));
        }
        assertEquals(Outcome.TOO_MANY, issue("more", "bob", LIFE));
        revoke("s0");
        assertEquals(Outcome.DONE, issue("more", "bob", LIFE));
    }

    @Test
    default void theLastAdminWhoseTokenWorksStays() {
        store().putToken(key("root"), new Store.TokenRecord.User("admin", ""));
        add("bob", "shop");
        issue("b", "bob", LIFE);
        assertEquals(Outcome.LAST_ADMIN, remove("admin"));
        assertEquals(Outcome.LAST_ADMIN, revoke("root"));
        add("alice", "");
        assertEquals(Outcome.LAST_ADMIN, remove("admin"), "alice holds no token");
        issue("late", "alice", Duration.ZERO);
        assertEquals(Outcome.LAST_ADMIN, remove("admin"), "alice's token is over");
        issue("a", "alice", LIFE);
        assertEquals(Outcome.DONE, remove("admin"));
        assertEquals(Outcome.LAST_ADMIN, revoke("a"));
        issue("a2", "alice", LIFE);
        assertEquals(Outcome.DONE, revoke("a"));
        assertEquals(Outcome.LAST_ADMIN, remove("alice"));
        assertEquals(Outcome.DONE, remove("bob"));
    }

    @Test
    default void ofTwoAdminsWhoRemoveEachOtherOneStays() {
        for (int round = 0; round < 10; round++) {
            String one = "one-" + round;
            String two = "two-" + round;
            for (String admin : List.of(one, two)) {
                add(admin, "");
                issue(admin, admin, LIFE);
            }
            store().accounts("", "", 100).stream()
                    .map(Account::name)
                    .filter(n -> !n.equals(one) && !n.equals(two))
                    .forEach(this::remove);
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<Outcome>> both = new ArrayList<>();
            for (String admin : List.of(one, two)) {
                both.add(
                        CompletableFuture.supplyAsync(
                                () -> {
                                    await(start);
                                    return admin.equals(one) ? remove(one) : revoke(two);
                                },
                                task -> Thread.ofVirtual().start(task)));
            }
            start.countDown();
            List<Outcome> outcomes = both.stream().map(CompletableFuture::join).sorted().toList();
            assertEquals(List.of(Outcome.DONE, Outcome.LAST_ADMIN), outcomes);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    default void aRehearsalHasTheSameOutcomeAndChangesNothing() {
        Accounts.How rehearsed = new Accounts.How.Rehearsed();
        store().putToken(key("root"), new Store.TokenRecord.User("admin", ""));
        add("bob", "shop");
        issue("b", "bob", LIFE);
        List<Account> accounts = store().accounts("", "", 10);
        List<Issued> tokens = store().issued("", 10);
        assertEquals(Outcome.DONE, store().addAccount("carol", "shop", rehearsed));
        assertEquals(Outcome.EXISTS, store().addAccount("bob", "shop", rehearsed));
        assertEquals(Outcome.DONE, store().issue(key("c"), "bob", LIFE, rehearsed));
        assertEquals(Outcome.MISSING, store().issue(key("c"), "carol", LIFE, rehearsed));
        assertEquals(Outcome.DONE, store().revoke(Accounts.tokenId(key("b")), rehearsed));
        assertEquals(Outcome.MISSING, store().revoke(Accounts.tokenId(key("c")), rehearsed));
        assertEquals(Outcome.LAST_ADMIN, store().revoke(Accounts.tokenId(key("root")), rehearsed));
        assertEquals(Outcome.DONE, store().removeAccount("bob", Optional.empty(), rehearsed));
        assertEquals(Outcome.MISSING, store().removeAccount("carol", Optional.empty(), rehearsed));
        assertEquals(
                Outcome.LAST_ADMIN, store().removeAccount("admin", Optional.empty(), rehearsed));
        assertEquals(accounts, store().accounts("", "", 10));
        assertEquals(tokens, store().issued("", 10));
        assertEquals(List.of("add bob", "issue b"), recorded());
    }

    @Test
    default void useIsNotedCoarsely() {
        add("bob", "shop");
        issue("s", "bob", LIFE);
        assertEquals(Optional.empty(), store().issued("bob", 1).getFirst().usedAt());
        store().used(key("s"));
        var first = store().issued("bob", 1).getFirst().usedAt();
        assertTrue(first.isPresent());
        tick();
        store().used(key("s"));
        assertEquals(first, store().issued("bob", 1).getFirst().usedAt());
    }

    /** Lets the store's clock go on. */
    void tick();
}
