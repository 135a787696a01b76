package io.portolan.central.whatif;

import io.portolan.central.telemetry.Metrics;
import io.portolan.central.whatif.Standing.Answers;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The answers as numbers, on the node that leads. By kind of domain, and of regions by name; zones
 * and clusters would be series without bound. While answers are missing the former numbers stay,
 * and there are none at first: no harm known is not no harm.
 */
public final class LossGauges implements Consumer<Answers> {
    /** Of more regions, the first by name. */
    private static final int MOST_REGIONS = 50;

    private final Consumer<Map<Map<String, String>, Double>> domains;
    private final Consumer<Map<Map<String, String>, Double>> regions;
    private final Consumer<Map<Map<String, String>, Double>> pending;

    public LossGauges(Metrics metrics) {
        domains =
                metrics.gauges(
                        "portolan.losses.domains",
                        "Regions, zones, providers and clusters, by how the worst of their"
                                + " applications fares if they are lost now");
        regions =
                metrics.gauges(
                        "portolan.losses.region.applications",
                        "Applications of a region, by how they fare if it is lost now");
        pending =
                metrics.gauges(
                        "portolan.losses.pending",
                        "Regions, zones, providers and clusters whose answer is missing or is being"
                                + " made anew");
    }

    @Override
    public void accept(Answers answers) {
        pending.accept(answers.known() ? Map.of(Map.of(), (double) answers.pending()) : Map.of());
        if (answers.missing() > 0) {
            return;
        }
        Map<Map<String, String>, Double> byKind = new HashMap<>();
        Map<Map<String, String>, Double> byRegion = new HashMap<>();
        int left = MOST_REGIONS;
        for (Domain.Kind kind : Domain.Kind.values()) {
            for (Outcome outcome : Outcome.values()) {
                if (answers.known()) {
                    byKind.put(Map.of("kind", word(kind), "answer", word(outcome)), 0.0);
                }
            }
        }
        for (Loss loss : answers.losses()) {
            Domain.Kind kind = loss.domain().kind();
            byKind.merge(
                    Map.of("kind", word(kind), "answer", word(loss.answer())), 1.0, Double::sum);
            if (kind == Domain.Kind.REGION && left-- > 0) {
                for (Outcome outcome : Outcome.values()) {
                    byRegion.put(
                            Map.of("region", loss.domain().name(), "answer", word(outcome)),
                            (double) loss.counts().getOrDefault(outcome, 0));
                }
            }
        }
        domains.accept(byKind);
        regions.accept(byRegion);
    }

    /** {@code needs-failover}. */
    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
