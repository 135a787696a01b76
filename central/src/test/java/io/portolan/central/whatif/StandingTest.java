package io.portolan.central.whatif;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Store;
import io.portolan.central.telemetry.Metrics;
import io.portolan.central.whatif.Standing.Answers;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who keeps the answers, and at what cost. */
class StandingTest {
    private final Fleets fleet = new Fleets();
    private final List<Answers> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger followed = new AtomicInteger();
    private volatile Optional<FleetImage> led = Optional.empty();
    private Optional<Standing> standing = Optional.empty();

    @BeforeEach
    void oneCluster() {
        fleet.cluster("c1", "eu-west", "", false);
        fleet.policy("any", 1, "");
        fleet.application("web", "any", "c1");
    }

    @AfterEach
    void stop() {
        standing.ifPresent(Standing::close);
    }

    private Standing start() {
        Standing started = Standing.start(() -> led, this::follow, Clock.systemUTC(), told::add);
        standing = Optional.of(started);
        return started;
    }

    private FleetImage follow() {
        followed.incrementAndGet();
        return fleet.image;
    }

    @Test
    void whoLeadsKeepsThemCurrentUnasked() {
        led = Optional.of(fleet.image);
        start();
        await().atMost(Duration.ofSeconds(20)).until(() -> !told.isEmpty() && complete());
        assertEquals(3, told.getLast().losses().size());
        assertEquals(0, followed.get());

        fleet.cluster("c2", "eu-west", "", false);
        led = Optional.of(fleet.image);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> complete() && told.getLast().losses().size() == 4);
        assertEquals(Outcome.FITS, told.getLast().losses().get(2).answer());

        led = Optional.empty();
        await().atMost(Duration.ofSeconds(20)).until(() -> told.getLast().revision() == 0);
    }

    @Test
    void whoLosesTheLeadAfterAFailureTellsThatToo() {
        led = Optional.of(fleet.image);
        AtomicInteger failures = new AtomicInteger();
        Standing started =
                Standing.start(
                        () -> {
                            if (!told.isEmpty() && failures.getAndIncrement() == 0) {
                                led = Optional.empty();
                                throw new Store.StoreException("gone", new SQLException());
                            }
                            return led;
                        },
                        this::follow,
                        Clock.systemUTC(),
                        told::add);
        standing = Optional.of(started);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> failures.get() > 0 && !told.getLast().known());
    }

    private boolean complete() {
        return told.getLast().pending() == 0 && told.getLast().revision() == fleet.image.revision();
    }

    @Test
    void whoFollowsBeginsWhenItIsAsked() throws InterruptedException {
        Standing started = start();
        await().during(Duration.ofMillis(700))
                .atMost(Duration.ofSeconds(5))
                .until(() -> followed.get() == 0);

        Answers answers = started.answers();

        assertEquals(0, answers.pending());
        assertEquals(3, answers.losses().size());
        assertEquals(Outcome.DOES_NOT_FIT, answers.losses().getFirst().answer());
        assertEquals(List.of(), told, "only who leads tells numbers");
    }

    @Test
    void itTakesATwentiethOfACore() {
        for (int i = 0; i < 60; i++) {
            fleet.cluster("d" + i, "r" + i % 7, "z" + i % 3, false);
        }
        for (int i = 0; i < 600; i++) {
            fleet.application("a" + i, "any", "d" + i % 60);
        }
        led = Optional.of(fleet.image);
        long start = System.nanoTime();
        Standing started = start();

        // Whatever it worked, but for what it has not rested from yet, it rested nineteen times.
        List<Double> seen = new ArrayList<>(List.of(0.0));
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofMinutes(3))
                .until(
                        () -> {
                            double busy = started.busySeconds();
                            if (busy > seen.getLast()) {
                                seen.add(busy);
                            }
                            return seen.size() > 20;
                        });
        List<Double> pieces = new ArrayList<>();
        for (int i = 1; i < seen.size(); i++) {
            pieces.add(seen.get(i) - seen.get(i - 1));
        }
        double rested = seen.getLast() - Collections.max(pieces);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertTrue(rested > 0, pieces::toString);
        assertTrue(rested * Standing.SHARE <= seconds, () -> seconds + " s: " + pieces);
    }

    @Test
    void numbersAreOfFewSeriesAndGoWithTheLead() {
        try (Metrics metrics = new Metrics()) {
            LossGauges gauges = new LossGauges(metrics);
            for (int i = 0; i < 200; i++) {
                fleet.cluster("d" + i, "r" + i, "z" + i, false);
            }
            Losses losses = new Losses();
            losses.see(fleet.image, Fleets.NOON);
            while (losses.step(Fleets.NOON)) {}
            gauges.accept(new Answers(fleet.image.revision(), 7, 1, List.of()));
            assertEquals(
                    List.of("portolan_losses_pending 7.0"),
                    metrics.text().lines().filter(l -> l.startsWith("portolan_losses_")).toList(),
                    "that nothing is known is not that nothing does harm");
            gauges.accept(new Answers(fleet.image.revision(), 0, 0, List.copyOf(losses.answers())));

            String text = metrics.text();
            assertTrue(
                    text.contains(
                            "portolan_losses_domains{answer=\"fits\",kind=\"cluster\"} 201.0"),
                    text);
            assertTrue(
                    text.contains(
                            "portolan_losses_region_applications{answer=\"fits\",region=\"eu-west\"}"
                                    + " 1.0"),
                    text);
            assertEquals(
                    1 + 20 + 50 * 5,
                    text.lines().filter(l -> l.startsWith("portolan_losses_")).count());

            gauges.accept(Answers.NONE);
            assertEquals(
                    0,
                    metrics.text().lines().filter(l -> l.startsWith("portolan_losses_")).count());
        }
    }
}
