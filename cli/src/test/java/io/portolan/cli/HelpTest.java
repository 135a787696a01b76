package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

    @Test
    void knowsWhateverTheLauncherStarts() throws IOException {
        List<String> started =
                Files.readAllLines(Path.of("../portolan")).stream()
                        .filter(line -> line.matches("  [a-z| ]+\\) run_.*"))
                        .flatMap(line -> Stream.of(line.replaceAll("\\).*", "").split("\\|")))
                        .map(String::strip)
                        .sorted()
                        .toList();
        assertEquals(List.of("agent", "central", "demo", "dev"), started);
        String help = new Ran.With(home).run("--help").out();
        for (String program : started) {
            assertTrue(help.contains("\n  " + program + " "), help);
            // Its options are its own: none of the command line's is offered.
            assertEquals(
                    List.of(), tree().getSubcommands().get(program).getCommandSpec().options());
            Ran misled = new Ran.With(home).run(program, "--port", "0");
            assertEquals(Exit.USAGE.code(), misled.code());
            assertTrue(misled.err().contains("./portolan " + program), misled.err());
        }
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
