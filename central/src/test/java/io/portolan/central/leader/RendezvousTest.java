package io.portolan.central.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nodes meet, and who may come there. */
class RendezvousTest {
    @Test
    void eachWayIsRead() {
        assertEquals(new Rendezvous.None(), Rendezvous.parse("none"));
        assertEquals(new Rendezvous.Postgres(), Rendezvous.parse("postgres"));
        assertEquals(
                new Rendezvous.Dns("central.portolan"), Rendezvous.parse("dns:central.portolan"));
        assertEquals(
                new Rendezvous.Tcp(
                        List.of(
                                InetSocketAddress.createUnresolved("a", 1),
                                InetSocketAddress.createUnresolved("::1", 8441))),
                Rendezvous.parse("tcp:a:1,[::1]:8441"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "kubernetes", "dns:", "tcp:", "tcp:a", "tcp:a:0", "tcp:a:1,", "tcp::1"})
    void anythingElseIsAnError(String text) {
        assertThrows(IllegalArgumentException.class, () -> Rendezvous.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/33", "host/8", "10.0.0.0/8,", "::/129"})
    void networksAreCidr(String text) {
        assertThrows(IllegalArgumentException.class, () -> Networks.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.255.3, true",
        "10.1.0.0/16, 10.2.0.3, false",
        "10.1.2.128/25, 10.1.2.129, true",
        "10.1.2.128/25, 10.1.2.127, false",
        "0.0.0.0/0, 192.0.2.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "fd00::/8, fdab::1, true",
    })
    void addressIsInANetworkByItsLeadingBits(String network, String address, boolean in) {
        assertEquals(in, Networks.parse(network).contain(InetAddress.ofLiteral(address)));
    }

    @Test
    void portThatIsReachedFromElsewhereIsExposed() {
        Networks loopback = Networks.parse(Networks.LOOPBACK);
        assertEquals(Optional.empty(), loopback.exposure("127.0.0.1"));
        assertTrue(loopback.exposure("0.0.0.0").orElseThrow().contains("every network"));
        assertTrue(
                Networks.parse("10.0.0.0/8")
                        .exposure("127.0.0.1")
                        .orElseThrow()
                        .contains("127.0.0.1/32"));
        // TEST-NET-1: no machine has it.
        assertTrue(loopback.exposure("192.0.2.1").orElseThrow().contains("not an address"));
    }

    @Test
    void membersSayWhichFlagIsWrong() {
        Networks loopback = Networks.parse(Networks.LOOPBACK);
        Rendezvous postgres = new Rendezvous.Postgres();
        assertSays("--member-host", () -> new Members(postgres, "0.0.0.0", 1, loopback, ""));
        assertSays("--member-port", () -> new Members(postgres, "127.0.0.1", -1, loopback, ""));
        assertSays(
                "--member-port",
                () -> new Members(new Rendezvous.Dns("n"), "127.0.0.1", 0, loopback, ""));
        assertFalse(Members.none("n").rendezvous() instanceof Rendezvous.Postgres);
    }

    private static void assertSays(String flag, Runnable make) {
        String said = assertThrows(IllegalArgumentException.class, make::run).getMessage();
        assertTrue(String.valueOf(said).contains(flag), said);
    }
}
