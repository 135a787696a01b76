package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.reconcile.Nearby;
import io.portolan.central.reconcile.View;
import io.portolan.central.store.Store;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.Warnings;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What of a placement policy that has just been written cannot be had on the fleet as it is, in the
 * answer's {@code Warning} header (RFC 7234, as Kubernetes has it): the write is done all the same.
 * Safe for use by many threads.
 */
public final class Advice {
    static final String HEADER = "Warning";
    private static final int MOST_SAID = 10;
    private static final int LONGEST = 400;

    private final FollowedImage fleet;
    private final InstantSource clock;

    /**
     * @param self of a policy in place that looks at other applications, the one that has it; else
     *     nobody of its tenant
     */
    private record Asked(PlacementPolicySpec policy, String prefix, Metadata self) {}

    public Advice(FollowedImage fleet, InstantSource clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    /** The same answer with what is to be said of what was written. */
    Answer.Whole on(Answer.Whole answer, Resource<?> written) {
        return asked(written)
                .map(this::words)
                .filter(words -> !words.isEmpty())
                .map(words -> answer.with(HEADER, words))
                .orElse(answer);
    }

    private static Optional<Asked> asked(Resource<?> written) {
        Metadata nobody = Metadata.named(written.metadata().tenant(), "");
        return switch (written.spec()) {
            case PlacementPolicySpec policy -> Optional.of(new Asked(policy, "spec", nobody));
            case ApplicationSpec application ->
                    inline(application)
                            .map(
                                    p ->
                                            new Asked(
                                                    p,
                                                    "spec.placement",
                                                    p.affinity().isEmpty()
                                                            ? nobody
                                                            : written.metadata()));
            case TenantSpec _, ClusterSpec _, DrPolicySpec _ -> Optional.empty();
        };
    }

    private static Optional<PlacementPolicySpec> inline(ApplicationSpec application) {
        return application.placement().isPresent()
                        && application.placement().get()
                                instanceof PolicyRef.Inline<PlacementPolicySpec>(var policy)
                ? Optional.of(policy)
                : Optional.empty();
    }

    /** What is written is written: where the fleet cannot be read, nothing is said of it. */
    private String words(Asked asked) {
        FleetImage image;
        try {
            image = fleet.now();
        } catch (Store.StoreException _) {
            return "";
        }
        Optional<TenantSpec> tenant = image.tenant(asked.self.tenant()).map(t -> t.value().spec());
        if (tenant.isEmpty()) {
            return "";
        }
        return Warnings.of(
                        image.fleet(),
                        asked.policy,
                        tenant.get().clusters(),
                        tenant.get().dataResidency(),
                        Nearby.of(
                                new View(image, Map.of(), clock.instant()),
                                asked.self,
                                asked.policy))
                .stream()
                .limit(MOST_SAID)
                .map(w -> "299 - \"" + quoted(asked.prefix + "." + w) + "\"")
                .collect(Collectors.joining(", "));
    }

    /** As RFC 7230 quotes; what is not printable ASCII cannot be sent. */
    static String quoted(String text) {
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
        return shown.replaceAll("[^ -~]", "?").replaceAll("([\"\\\\])", "\\\\$1");
    }
}
