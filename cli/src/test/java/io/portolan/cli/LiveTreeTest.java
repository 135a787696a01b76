package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTreeTest {
    private static final Clock CLOCK = Clock.fixed(Ran.NOW, ZoneOffset.UTC);

    private static final Failover FAILOVER =
            Codec.lenient()
                    .read(
                            Fixtures.failover("Fencing", "c1 to stop", "portolan x ".repeat(12)),
                            Failover.class);

    /** What is drawn the second time. */
    private static String again(Terminal terminal) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (LiveTree tree = new LiveTree(to, CLOCK, () -> terminal, FAILOVER)) {
            out.reset();
            tree.show(FAILOVER);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void linesThatAreWiderThanTheTerminalAreDrawnOver() {
        List<String> lines = OperationTree.lines(FAILOVER, Ran.NOW);
        assertEquals(5, lines.size());
        assertTrue(
                lines.getLast().length() > 120 && lines.getLast().length() <= 160, lines::toString);
        assertTrue(again(new Terminal(24, 200)).startsWith("\u001b[5A\u001b[J"));
        assertTrue(again(new Terminal(24, 80)).startsWith("\u001b[6A\u001b[J"));
    }

    @Test
    void ofATreeThatIsTallerThanTheTerminalItsEndIsShown() {
        String drawn = again(new Terminal(4, 200));
        assertTrue(drawn.startsWith("\u001b[3A\u001b[Jfailover checkout-1"), drawn);
        assertTrue(drawn.strip().endsWith("portolan x"), drawn);
    }

    @Test
    void aTerminalThatTellsNothingIsAUsualOne() {
        assertEquals(new Terminal(50, 132), Terminal.read("50 132\n"));
        assertEquals(Terminal.USUAL, Terminal.read(""));
        assertEquals(Terminal.USUAL, Terminal.read("0 0"));
        assertEquals(Terminal.USUAL, Terminal.read("x"));
    }
}
