package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Launcher;
import io.portolan.e2e.harness.Proc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a newcomer types first, on a machine without any cluster. */
class DevTest {
    /** The launcher may have to build first. */
    private static final Duration START = Duration.ofMinutes(5);

    private final Launcher launcher = new Launcher();

    @Test
    void demoEndsByItselfWithATableOfWhatItMeasured() {
        Proc.Finished demo = launcher.portolan("demo").run(START).expect(0);
        String table = demo.out().substring(demo.out().indexOf("== What it took"));
        for (String measured :
                List.of(
                        "central started until all clusters are ready",
                        "applied until its pods are ready",
                        "silent until central calls it unreachable",
                        "attested until verified healthy on",
                        "agent back until it runs nothing and stands by",
                        "planned failover, command until verified healthy",
                        "deleted until gone from its clusters")) {
            assertTrue(
                    table.lines()
                            .anyMatch(l -> l.contains(measured) && l.matches(".* \\d+\\.\\d\\d s")),
                    () -> "no time of \"" + measured + "\" in\n" + demo.out());
        }
        assertTrue(demo.out().contains("F6"), demo.out());
    }

    /** Neither its folder nor a database server in it. */
    @Test
    void demoThatIsInterruptedLeavesNothingBehind() throws IOException {
        Path temporary = Files.createDirectory(launcher.home().resolve("tmp"));
        try (Proc demo =
                launcher.portolan("demo")
                        .env("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary)
                        .start()) {
            demo.awaitLine("is healthy", START);
            assertTrue(serversIn(temporary) > 0, demo::output);
            assertEquals(143, demo.terminate(Duration.ofMinutes(1)), demo::output);
            assertFalse(demo.output().contains("the demo failed"), demo::output);
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, "portolan*")) {
            assertFalse(left.iterator().hasNext());
        }
        assertEquals(0, serversIn(temporary));
    }

    private static long serversIn(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains("-D " + folder))
                .count();
    }

    @Test
    void devPrintsAddressTokenAndThreeCommandsThatWork() {
        try (Proc dev =
                launcher.portolan("dev", "--port", "0", "--data-dir", launcher.home() + "/data")
                        .start()) {
            String address =
                    dev.awaitLine("^portolan dev ready at ", START)
                            .replace("portolan dev ready at ", "");
            String token = dev.awaitLine("^  token ", START).strip().split(" +")[1];
            dev.awaitLine("\\./portolan .*failover", START);
            try (Api api = new Api(address, token)) {
                assertEquals(
                        3,
                        api.get("/api/v1/clusters")
                                .expect(200)
                                .json()
                                .getAsJsonArray("items")
                                .size());
            }

            List<String> commands =
                    dev.output().lines().filter(l -> l.startsWith("  ./portolan ")).toList();
            assertEquals(3, commands.size(), dev::output);
            for (String command : commands) {
                String[] words = command.strip().split(" +");
                launcher.portolan(List.of(words).subList(1, words.length).toArray(String[]::new))
                        .run(Duration.ofMinutes(2))
                        .expect(0);
            }
            assertEquals(143, dev.terminate(Duration.ofMinutes(1)), dev::output);
        }
    }

    @Test
    void devSaysWhichKubeconfigsWouldBeOneName() {
        Proc.Finished refused =
                launcher.portolan("dev", "--kubeconfig", "/dev/null", "--kubeconfig", "/dev/null")
                        .run(START)
                        .expect(2);
        assertTrue(refused.err().contains("would both be called dev-null"), refused.err());
    }
}
