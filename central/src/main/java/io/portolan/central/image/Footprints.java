package io.portolan.central.image;

import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Spec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** Looks up what a footprint is made from. A policy that is missing says nothing. */
final class Footprints {
    private Footprints() {}

    static Optional<Footprint> of(
            Resource<ApplicationSpec> application,
            Commitment commitment,
            TreePMap<ResourceKey, Held<Resource<?>>> policies,
            TreePMap<Uid, Held<Resource<ClusterSpec>>> clusters) {
        return Footprint.of(
                application,
                commitment,
                placement(application, policies).orElse(PlacementPolicySpec.ANYWHERE),
                recovery(application, policies).orElse(DrPolicySpec.STATELESS),
                cluster -> lost(clusters.get(cluster), cluster));
    }

    /** 0 where its policy says none. */
    static int priority(
            Resource<ApplicationSpec> application,
            TreePMap<ResourceKey, Held<Resource<?>>> policies) {
        return placement(application, policies)
                .flatMap(PlacementPolicySpec::priority)
                .map(Priority::value)
                .orElse(0);
    }

    private static Optional<PlacementPolicySpec> placement(
            Resource<ApplicationSpec> application,
            TreePMap<ResourceKey, Held<Resource<?>>> policies) {
        return application
                .spec()
                .placement()
                .flatMap(
                        ref ->
                                policy(
                                        ref,
                                        Kind.PLACEMENT_POLICY,
                                        application.metadata().tenant(),
                                        policies,
                                        s ->
                                                s instanceof PlacementPolicySpec p
                                                        ? Optional.of(p)
                                                        : Optional.empty()));
    }

    private static Optional<DrPolicySpec> recovery(
            Resource<ApplicationSpec> application,
            TreePMap<ResourceKey, Held<Resource<?>>> policies) {
        return application
                .spec()
                .disasterRecovery()
                .flatMap(
                        ref ->
                                policy(
                                        ref,
                                        Kind.DR_POLICY,
                                        application.metadata().tenant(),
                                        policies,
                                        s ->
                                                s instanceof DrPolicySpec p
                                                        ? Optional.of(p)
                                                        : Optional.empty()));
    }

    private static <S extends Spec> Optional<S> policy(
            PolicyRef<S> ref,
            Kind kind,
            String tenant,
            TreePMap<ResourceKey, Held<Resource<?>>> policies,
            Function<Spec, Optional<S>> cast) {
        return switch (ref) {
            case PolicyRef.Inline<S>(S inline) -> Optional.of(inline);
            case PolicyRef.Named<S>(String name) ->
                    Optional.ofNullable(policies.get(new ResourceKey(kind, tenant, name)))
                            .flatMap(held -> cast.apply(held.value().spec()));
        };
    }

    /** A region is lost as one, for want of it the cluster. */
    static String lost(@Nullable Held<Resource<ClusterSpec>> cluster, Uid uid) {
        if (cluster == null) {
            return "cluster " + uid;
        }
        String region = cluster.value().spec().location().region();
        return region.isEmpty()
                ? "cluster " + cluster.value().metadata().name()
                : "region " + region;
    }
}
