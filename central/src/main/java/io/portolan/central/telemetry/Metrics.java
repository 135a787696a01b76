package io.portolan.central.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.portolan.central.store.CommitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** The numbers of one node. Safe for use by many threads. */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics pauses = new JvmGcMetrics();

    /** Micrometer refers to what it counts weakly. */
    private final List<DoubleSupplier> held = new CopyOnWriteArrayList<>();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        pauses.bindTo(registry);
    }

    /**
     * @param route the pattern, never the path: paths are without bound
     */
    public void served(String method, String route, int status, Duration took) {
        registry.timer(
                        "portolan.http.requests",
                        "method",
                        method,
                        "route",
                        route,
                        "code",
                        Integer.toString(status))
                .record(took);
    }

    /**
     * @param lane who commits: {@code api}, {@code agent}, {@code leader}
     */
    public void committed(String lane, CommitResult result, Duration took) {
        registry.timer(
                        "portolan.store.commits",
                        "lane",
                        lane,
                        "result",
                        result.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .record(took);
    }

    /**
     * Counts operations that ended, by how long they took.
     *
     * @param kind {@code failover}, {@code relocate}, {@code failback}
     * @param end {@code completed}, {@code aborted}, {@code refused}
     */
    public void operated(String kind, String end, Duration took) {
        Timer.builder("portolan.operations")
                .description("Operations that this node ended, by how long they took")
                .tag("kind", kind)
                .tag("end", end)
                .serviceLevelObjectives(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2))
                .register(registry)
                .record(took.isNegative() ? Duration.ZERO : took);
    }

    /**
     * Counts requests that were not let in.
     *
     * @param reason {@code rate}, {@code in-flight} or {@code failed-tokens}
     */
    public void refused(String lane, String reason) {
        registry.counter(
                        "portolan.http.refused",
                        "lane",
                        lane.toLowerCase(Locale.ROOT),
                        "reason",
                        reason)
                .increment();
    }

    /** Counts statuses that agents reported. */
    public void reported(int accepted, int ignored) {
        registry.counter("portolan.agent.statuses", "result", "accepted").increment(accepted);
        registry.counter("portolan.agent.statuses", "result", "ignored").increment(ignored);
    }

    /**
     * Counts rows that were too old to keep.
     *
     * @param what {@code events}, {@code audit}, ...
     */
    public void forgotten(String what, int rows) {
        registry.counter("portolan.retention.forgotten", "what", what).increment(rows);
    }

    /** A number that is read when it is asked for. */
    public void gauge(String name, String help, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Numbers by their tags, which are given anew as a whole; what is not given any more is gone.
     * Few of them: each is a series.
     */
    public Consumer<Map<Map<String, String>, Double>> gauges(String name, String help) {
        MultiGauge gauges = MultiGauge.builder(name).description(help).register(registry);
        return values -> gauges.register(rows(values), true);
    }

    private static List<MultiGauge.Row<?>> rows(Map<Map<String, String>, Double> values) {
        List<MultiGauge.Row<?>> out = new ArrayList<>();
        values.forEach(
                (tags, value) -> {
                    List<Tag> all = new ArrayList<>();
                    tags.forEach((key, text) -> all.add(Tag.of(key, text)));
                    out.add(MultiGauge.Row.of(Tags.of(all), value));
                });
        return out;
    }

    /** A number that only grows. */
    public void count(String name, String help, DoubleSupplier value) {
        held.add(value);
        FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .register(registry);
    }

    /** In the text format of Prometheus. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        pauses.close();
        registry.close();
    }
}
