package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.reconcile.Nearby;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.reconcile.View;
import io.portolan.central.store.Store;
import io.portolan.dr.Objectives;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Spec;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.Warnings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What of a policy that has just been written cannot be had on the fleet as it is, in the answer's
 * {@code Warning} header (RFC 7234, as Kubernetes has it): the write is done all the same. Safe for
 * use by many threads.
 */
public final class Advice {
    static final String HEADER = "Warning";
    private static final int MOST_SAID = 10;
    private static final int LONGEST = 400;

    private final FollowedImage fleet;
    private final InstantSource clock;
    private final Thresholds thresholds;

    /**
     * @param self of a policy in place that looks at other applications, the one that has it; else
     *     nobody of its tenant
     */
    private record Asked(PlacementPolicySpec policy, String prefix, Metadata self) {}

    public Advice(FollowedImage fleet, InstantSource clock, Thresholds thresholds) {
        this.fleet = fleet;
        this.clock = clock;
        this.thresholds = thresholds;
    }

    /** The same answer with what is to be said of what was written. */
    Answer.Whole on(Answer.Whole answer, Resource<?> written) {
        List<String> warnings = new ArrayList<>();
        asked(written).ifPresent(a -> warnings.addAll(words(a)));
        warnings.addAll(recovery(written.spec()));
        return warnings.isEmpty()
                ? answer
                : answer.with(
                        HEADER,
                        warnings.stream()
                                .limit(MOST_SAID)
                                .map(w -> "299 - \"" + quoted(w) + "\"")
                                .collect(Collectors.joining(", ")));
    }

    private List<String> recovery(Spec written) {
        return switch (written) {
            case DrPolicySpec policy -> recovery(policy, "spec");
            case ApplicationSpec application ->
                    application.disasterRecovery().orElse(null)
                                    instanceof PolicyRef.Inline<DrPolicySpec>(var policy)
                            ? recovery(policy, "spec.disasterRecovery")
                            : List.of();
            case TenantSpec _, ClusterSpec _, PlacementPolicySpec _ -> List.of();
        };
    }

    private List<String> recovery(DrPolicySpec policy, String prefix) {
        return Objectives.warnings(policy, thresholds.heartbeat(), thresholds.unreachable())
                .stream()
                .map(w -> prefix + "." + w)
                .toList();
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
    private List<String> words(Asked asked) {
        FleetImage image;
        try {
            image = fleet.now();
        } catch (Store.StoreException _) {
            return List.of();
        }
        Optional<TenantSpec> tenant = image.tenant(asked.self.tenant()).map(t -> t.value().spec());
        if (tenant.isEmpty()) {
            return List.of();
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
                .map(w -> asked.prefix + "." + w)
                .toList();
    }

    /** As RFC 7230 quotes; what is not printable ASCII cannot be sent. */
    static String quoted(String text) {
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
        return shown.replaceAll("[^ -~]", "?").replaceAll("([\"\\\\])", "\\\\$1");
    }
}
