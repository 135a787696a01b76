package io.portolan.dev;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The main job, told while it happens: every line that begins with {@code $} is a command that a
 * user would type, run by the real command line against the real central.
 */
final class Demo {
    /** Its tenant, and so its namespace in every cluster. */
    static final String TENANT = "portolan-demo";

    /** Does nothing, is small, and every cluster that pulls at all can pull it. */
    static final String IMAGE = "registry.k8s.io/pause:3.10";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The exit code of {@code cluster health} when a cluster is not as it should be. */
    private static final int DEGRADED = 9;

    private static final String APPLICATION =
            """
            apiVersion: portolan.io/v1
            kind: Tenant
            metadata: {name: %1$s}
            ---
            apiVersion: portolan.io/v1
            kind: Application
            metadata: {tenant: %1$s, name: checkout}
            spec:
              components:
                - name: web
                  container: {image: "%2$s", ports: [8080], replicas: 3}
              placement: {clusters: 2, spread: {over: region, minGroups: 2}}
              disasterRecovery: {writers: single}
            """;

    private final DevFleet fleet;
    private final Story story;
    private final String document;

    private Demo(DevFleet fleet, Story story, String image) {
        this.fleet = fleet;
        this.story = story;
        this.document = APPLICATION.formatted(TENANT, image);
    }

    static int run(List<RealCluster> real, String image, PrintStream out) throws IOException {
        Story story = new Story(out);
        AtEnd end = new AtEnd();
        try (end) {
            Path home = end.open(() -> Files.createTempDirectory("portolan-demo"), Demo::delete);
            story.chapter("Join: central with its database, and an agent in each cluster");
            DevFleet fleet =
                    end.open(() -> DevFleet.start(home.resolve("data"), 0, real), DevFleet::close);
            story.knows(fleet);
            end.open(() -> Ground.claim(TENANT, fleet.clusters(), story), Ground::leave);
            new Demo(fleet, story, image).tell(home.resolve("checkout.yaml"));
        } catch (DevException e) {
            out.println(
                    end.interrupted()
                            ? "the demo was interrupted"
                            : "the demo failed: " + e.getMessage());
            return 1;
        }
        story.table();
        return 0;
    }

    private void tell(Path file) throws IOException {
        joined();
        applied(Files.writeString(file, document));
        DevCluster source = whereItRuns();
        DevCluster target = standby(source);
        lost(source);
        String operation = refused(source, target);
        if (source.inMemory()) {
            attested(operation, source, target);
        } else {
            proved(operation, source, target);
        }
        backHome(source);
        deleted();
    }

    private void joined() {
        for (DevCluster cluster : fleet.clusters()) {
            story.run("wait", "cluster", cluster.name(), "--for", "healthy", "--timeout", "60s");
        }
        story.measured("central started until all clusters are ready");
        story.run("cluster", "health");
    }

    private void applied(Path file) {
        story.chapter("Apply: one application that must never run twice, and where it may be");
        story.say(document.indent(4).stripTrailing());
        story.say("");
        story.mark();
        story.run("apply", "-f", file.toString(), "--wait", "--timeout", "3m");
        story.measured("applied until its pods are ready");
        story.run("get", "applications", "-o", "wide");

        story.chapter("Why there?");
        story.run("why", "application", "checkout");
    }

    private void lost(DevCluster source) {
        story.chapter("A cluster is lost: the agent of " + source.name() + " falls silent");
        source.stopAgent();
        story.say("Its pods run on, nobody tells: " + pods(source));
        story.mark();
        story.await(
                "central to believe that it is unreachable (40 s without a heartbeat)",
                PATIENCE,
                () -> story.reach(source.name()).equals("Unreachable"));
        story.measured("silent until central calls it unreachable");
        story.expect(DEGRADED, "cluster", "health");
    }

    /**
     * @return the operation that waits for proof
     */
    private String refused(DevCluster source, DevCluster target) {
        story.chapter("Failover: refused to guess");
        story.mark();
        String operation =
                story.failover(
                        "failover",
                        "checkout",
                        "--to",
                        target.name(),
                        "--reason",
                        source.name() + " is lost",
                        "--no-wait");
        story.await(
                "the operation to say what it lacks",
                PATIENCE,
                () -> story.state(operation).equals("Fencing"));
        story.say("It waits: " + story.waitingFor(operation));
        story.say(
                "Both clusters at once would be the one thing that must not happen: on "
                        + target.name()
                        + " run "
                        + pods(target)
                        + ".");
        return operation;
    }

    /** The source has lost its power, an operator knows, and later it comes back with its pods. */
    private void attested(String operation, DevCluster source, DevCluster target) {
        source.powerOff();
        story.say("An operator knows that " + source.name() + " lost its power, and swears to it:");
        story.mark();
        story.run("failover", "attest", operation, "--reason", source.name() + " has no power");
        story.run("wait", "failover", operation, "--for", "completed", "--timeout", "60s");
        story.measured("attested until verified healthy on " + target.name());
        story.run("failover", "report", operation);
        story.say(target.name() + " runs " + pods(target));

        story.chapter("Return of the dead: " + source.name() + " comes back with its pods");
        source.powerOn();
        source.startAgent();
        story.mark();
        story.await(
                "the returned cluster to be quarantined and then to stand by",
                PATIENCE,
                () ->
                        source.runningPods(TENANT, "checkout") == 0
                                && story.standby("checkout", source.name()));
        story.measured("agent back until it runs nothing and stands by");
        story.say(
                source.name()
                        + " runs "
                        + pods(source)
                        + ", "
                        + target.name()
                        + " "
                        + pods(target));
    }

    /** Only the agent of the source is lost: to swear would be a lie, so its return is awaited. */
    private void proved(String operation, DevCluster source, DevCluster target) {
        story.say(
                "By its kubeconfig "
                        + source.name()
                        + " still runs "
                        + pods(source)
                        + ": who swore now that nothing runs there would lie, so nobody does.");
        story.chapter("Return: " + source.name() + " is heard again, stops, and proves it");
        source.startAgent();
        story.mark();
        story.run("wait", "failover", operation, "--for", "completed", "--timeout", "3m");
        story.measured("agent back until verified healthy on " + target.name());
        story.run("failover", "report", operation);
        story.await(
                source.name() + " to stand by",
                PATIENCE,
                () -> story.standby("checkout", source.name()));
        story.say(
                source.name()
                        + " runs "
                        + pods(source)
                        + ", "
                        + target.name()
                        + " "
                        + pods(target));
    }

    private void backHome(DevCluster source) {
        story.chapter("Back home, with everybody alive: demoted first, then promoted");
        story.run("wait", "cluster", source.name(), "--for", "healthy", "--timeout", "60s");
        story.mark();
        String planned =
                story.failover(
                        "failover", "checkout", "--to", source.name(), "--reason", "back home");
        story.measured("planned failover, command until verified healthy");
        story.say("The operation " + planned + " stays in the record.");
        story.run("get", "failovers");
        story.run("get", "applications", "-o", "wide");
    }

    private void deleted() {
        story.chapter("Delete: nothing of it stays");
        story.mark();
        story.run("delete", "application", "checkout", "--wait", "--timeout", "3m");
        story.measured("deleted until gone from its clusters");
        fleet.clusters().forEach(c -> story.say(c.name() + " runs " + pods(c)));
    }

    private DevCluster whereItRuns() {
        return fleet.clusters().stream()
                .filter(c -> c.runningPods(TENANT, "checkout") > 0)
                .findFirst()
                .orElseThrow(() -> new Story.Failed("it runs nowhere"));
    }

    private DevCluster standby(DevCluster source) {
        return fleet.clusters().stream()
                .filter(c -> !c.name().equals(source.name()))
                .filter(c -> story.standby("checkout", c.name()))
                .findFirst()
                .orElseThrow(() -> new Story.Failed("no standby was placed"));
    }

    private static String pods(DevCluster cluster) {
        int running = cluster.runningPods(TENANT, "checkout");
        return running + (running == 1 ? " pod" : " pods");
    }

    private static void delete(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + home, e);
        }
    }
}
