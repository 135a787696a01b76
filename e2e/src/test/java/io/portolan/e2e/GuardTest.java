package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Guard;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guard as a process, with a door for grants that the test keeps. */
class GuardTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Writes the time since boot until it is killed, and takes no SIGTERM. */
    private static final String STUBBORN =
            "trap '' TERM; while :; do cut -d' ' -f1 /proc/uptime >> \"$TICKS\"; sleep 0.02; done";

    /** What the door says. */
    private record Saying(int status, String body, Duration after) {
        static Saying grant(long epoch, Duration life) {
            return grant(epoch, life, Duration.ZERO);
        }

        static Saying grant(long epoch, Duration life, Duration after) {
            return new Saying(
                    200,
                    "{\"epoch\": " + epoch + ", \"remainingMillis\": " + life.toMillis() + "}",
                    after);
        }

        static Saying only(int status) {
            return new Saying(status, "", Duration.ZERO);
        }
    }

    private record Asked(double at, int answered, String authorization, String query) {}

    private static Path guard;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Path folder = Workspace.scratch("guard");
    private final Path ticks = folder.resolve("ticks");
    private HttpServer door;
    private volatile Saying saying = Saying.only(404);

    @BeforeAll
    static void build() {
        guard = Guard.build();
    }

    @BeforeEach
    void open() throws IOException {
        door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        door.createContext("/v1/grants/app-1", this::answer);
        door.setExecutor(threads);
        door.start();
    }

    @AfterEach
    void close() {
        door.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Saying now = saying;
            asked.add(
                    new Asked(
                            uptime(),
                            now.status(),
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                            String.valueOf(exchange.getRequestURI().getQuery())));
            Thread.sleep(now.after());
            byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Seconds on the clock that the guard counts by. */
    private static double uptime() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
    }

    private Proc guarding(String script) {
        return start(guard.toString(), "run", "--", "/bin/sh", "-c", script);
    }

    private Proc start(String... command) {
        return Proc.command("guard", command)
                .env(
                        "PORTOLAN_GRANT_URL",
                        "http://127.0.0.1:" + door.getAddress().getPort() + "/v1/grants/app-1")
                .env("PORTOLAN_GRANT_TOKEN", "of-app-1")
                .env("TICKS", ticks.toString())
                .start();
    }

    private static void says(Proc guarded, String words) {
        assertTrue(guarded.output().contains(words), guarded::tail);
    }

    private double lastTick() throws IOException {
        return Double.parseDouble(Files.readAllLines(ticks).getLast());
    }

    private double lastGranted() {
        return asked.stream()
                .filter(a -> a.answered() == 200)
                .mapToDouble(Asked::at)
                .max()
                .orElseThrow();
    }

    @Test
    void startsNothingBeforeItHoldsAGrant() {
        try (Proc guarded = guarding(STUBBORN)) {
            Await.until("the guard to ask again", SOON, () -> asked.size() >= 2);
            assertFalse(Files.exists(ticks));
            saying = Saying.grant(4, Duration.ofSeconds(30));
            guarded.awaitLine("started .* under epoch 4", SOON);
            Await.until("the process to run", SOON, () -> Files.exists(ticks));
            guarded.kill();
        }
        asked.forEach(a -> assertEquals("Bearer of-app-1", a.authorization()));
        assertEquals("waiting=true", asked.getFirst().query());
    }

    @Test
    void hasEndedTheProcessWhenTheGrantEnds() throws Exception {
        saying = Saying.grant(4, Duration.ofSeconds(3));
        try (Proc guarded = guarding(STUBBORN)) {
            Await.until("the grant to be renewed", SOON, () -> asked.size() >= 4);
            assertTrue(guarded.isAlive());
            saying = Saying.only(503);
            assertEquals(75, guarded.exitCode(SOON));
            says(guarded, "SIGTERM");
            says(guarded, "SIGKILL\n");
        }
        assertTrue(lastTick() < lastGranted() + 3, "it ran after its grant");
    }

    /** The container's log is then a full pipe, which the process writes to as well. */
    @Test
    void hasEndedTheProcessAlsoWhereNobodyTakesWhatIsSaid() throws Exception {
        saying = Saying.grant(4, Duration.ofSeconds(3));
        String noise = "while :; do echo noise >&2; done & ";
        String unread = "mkfifo \"$TICKS.log\" && exec \"$@\" 2<>\"$TICKS.log\"";
        try (Proc guarded =
                start(
                        "/bin/sh",
                        "-c",
                        unread,
                        "sh",
                        guard.toString(),
                        "run",
                        "--",
                        "/bin/sh",
                        "-c",
                        noise + STUBBORN)) {
            Await.until("the grant to be renewed", SOON, () -> asked.size() >= 4);
            saying = Saying.only(503);
            assertEquals(75, guarded.exitCode(SOON));
        }
        assertTrue(lastTick() < lastGranted() + 3, "it ran after its grant");
    }

    @Test
    void countsFromBeforeItAskedSoThatASlowAnswerLengthensNothing() throws Exception {
        saying = Saying.grant(4, Duration.ofSeconds(4), Duration.ofSeconds(2));
        try (Proc guarded = guarding(STUBBORN)) {
            Await.until("the guard to ask", SOON, () -> !asked.isEmpty());
            saying = Saying.only(503);
            assertEquals(75, guarded.exitCode(SOON));
        }
        assertTrue(lastTick() < lastGranted() + 4, "it ran after its grant");
    }

    @Test
    void startsNothingUnderAGrantThatIsOverWhenItComes() {
        saying = Saying.grant(4, Duration.ofSeconds(1), Duration.ofMillis(1500));
        try (Proc guarded = guarding(STUBBORN)) {
            guarded.awaitLine("came too late", SOON);
            assertFalse(Files.exists(ticks));
        }
    }

    @Test
    void endsTheProcessAtOnceWhenTheRoleIsGone() {
        saying = Saying.grant(4, Duration.ofSeconds(5));
        try (Proc guarded = guarding("while :; do sleep 0.1; done")) {
            guarded.awaitLine("started", SOON);
            saying = Saying.only(410);
            assertEquals(75, guarded.exitCode(SOON));
            says(guarded, "the role is gone: SIGTERM");
            assertFalse(guarded.output().contains("SIGKILL\n"));
        }
    }

    @Test
    void keepsTheProcessWhileTheAgentKnowsNothingUntilTheGrantEnds() {
        saying = Saying.grant(4, Duration.ofSeconds(5));
        try (Proc guarded = guarding("while :; do sleep 0.1; done")) {
            guarded.awaitLine("started", SOON);
            saying = Saying.only(404);
            guarded.awaitLine("no grant: the agent answers 404", SOON);
            saying = Saying.grant(4, Duration.ofMinutes(1));
            guarded.awaitLine("is granted again", SOON);
        }
    }

    @Test
    void aGrantOfAnOlderEpochDoesNotCount() {
        saying = Saying.grant(4, Duration.ofSeconds(3));
        try (Proc guarded = guarding("while :; do sleep 0.1; done")) {
            guarded.awaitLine("started", SOON);
            saying = Saying.grant(3, Duration.ofMinutes(1));
            assertEquals(75, guarded.exitCode(SOON));
            says(guarded, "older epoch");
        }
    }

    @Test
    void forwardsSignalsAndEndsWithTheProcessOwnCode() {
        saying = Saying.grant(4, Duration.ofMinutes(1));
        try (Proc guarded =
                guarding("trap 'exit 7' TERM; echo trapping; while :; do sleep 0.1; done")) {
            guarded.awaitLine("^trapping", SOON);
            assertEquals(7, guarded.terminate(SOON));
        }
    }

    @Test
    void whatTheProcessLeftRunningEndsWithIt() throws Exception {
        saying = Saying.grant(4, Duration.ofMinutes(1));
        Path orphan = folder.resolve("orphan");
        Files.writeString(orphan, "echo $$ > \"$TICKS.pid\"; " + STUBBORN);
        try (Proc guarded =
                guarding(
                        "setsid -f /bin/sh "
                                + orphan
                                + "; while [ ! -s \"$TICKS\" ]; do sleep 0.1; done")) {
            assertEquals(0, guarded.exitCode(SOON));
            says(guarded, "that it had started were killed");
        }
        long pid = Long.parseLong(Files.readString(folder.resolve("ticks.pid")).strip());
        assertFalse(alive(pid));
    }

    /** As the kernel does with all of a PID namespace when the guard is process 1. */
    @Test
    void theProcessDiesWithTheGuard() throws Exception {
        saying = Saying.grant(4, Duration.ofMinutes(1));
        try (Proc guarded = guarding("echo $$ > \"$TICKS.pid\"; " + STUBBORN)) {
            Await.until("the process to run", SOON, () -> Files.exists(ticks));
            guarded.kill();
        }
        long pid = Long.parseLong(Files.readString(folder.resolve("ticks.pid")).strip());
        Await.until("the process to be gone", SOON, () -> !alive(pid));
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    @Test
    void theProcessDoesNotSeeTheToken() {
        saying = Saying.grant(4, Duration.ofMinutes(1));
        try (Proc guarded = guarding("echo \"token:$PORTOLAN_GRANT_TOKEN:\"")) {
            assertEquals(0, guarded.exitCode(SOON));
            says(guarded, "token::");
        }
    }

    @Test
    void installsItselfWhereThePodWillFindIt() {
        Path copy = folder.resolve("guard");
        Proc.command("install", guard.toString(), "install", copy.toString()).run(SOON).expect(0);
        Proc.command("copy", copy.toString(), "run").run(SOON).expect(2);
    }
}
