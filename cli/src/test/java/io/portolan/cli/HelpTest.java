package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help is part of the product. */
class HelpTest {
    @TempDir Path home;

    private CommandLine tree() {
        ByteArrayOutputStream nowhere = new ByteArrayOutputStream();
        return Main.commandLine(new Portolan(new Ran.With(home).shell(nowhere, nowhere)));
    }

    private static List<CommandLine> all(CommandLine line) {
        List<CommandLine> out = new ArrayList<>(List.of(line));
        line.getSubcommands().values().forEach(c -> out.addAll(all(c)));
        return out;
    }

    @Test
    void everyCommandHasADescriptionAndAnExampleOfItself() {
        List<CommandLine> commands = all(tree());
        assertTrue(commands.size() > 25, "only " + commands.size());
        for (CommandLine command : commands) {
            String name = command.getCommandSpec().qualifiedName();
            String help = command.getUsageMessage();
            assertTrue(command.getCommandSpec().usageMessage().description().length > 0, name);
            assertTrue(help.contains("Example"), help);
            assertTrue(
                    String.join("\n", command.getCommandSpec().usageMessage().footer())
                            .contains(name),
                    name + " shows no example of itself");
            for (var option : command.getCommandSpec().options()) {
                assertTrue(
                        option.description().length > 0,
                        name + " does not explain " + option.longestName());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "failover attest", "config set-context", "cluster join"})
    void helpIsAnAnswerAndGoesToStdout(String command) {
        Ran ran = new Ran.With(home).run((command + " --help").split(" "));
        assertEquals(0, ran.code());
        assertEquals("", ran.err());
        assertTrue(ran.out().startsWith("Usage: portolan " + command), ran.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completionKnowsEveryVerb(String shell) {
        String script = new Ran.With(home).run("completion", shell).out();
        tree().getSubcommands()
                .keySet()
                .forEach(
                        verb ->
                                assertTrue(
                                        script.contains("_picocli_portolan_" + verb + "()"), verb));
    }
}
