package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Row;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Spec;
import io.portolan.model.Uid;
import java.util.List;
import java.util.Optional;

/**
 * What a change of one row means to people: {@code placement policy shop/eu changed (generation
 * 4)}. What agents report, and what the loop wrote itself, tells nothing.
 */
final class Happening {
    private Happening() {}

    static String words(Row.Key key, FleetImage before, FleetImage after) {
        return switch (key) {
            case Row.Key.OfResource(ResourceKey resource) -> resource(resource, before, after);
            case Row.Key.OfStatus(ResourceKey resource, Uid subject) ->
                    switch (resource.kind()) {
                        case CLUSTER -> cluster(subject, before, after);
                        case APPLICATION, TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> "";
                    };
            case Row.Key.OfObservation(Uid cluster) -> cluster(cluster, before, after);
            case Row.Key.OfOperation(Uid operation) ->
                    after.operation(operation)
                            .map(o -> "failover " + o.value().name() + " is live")
                            .or(
                                    () ->
                                            before.operation(operation)
                                                    .map(
                                                            o ->
                                                                    "failover "
                                                                            + o.value().name()
                                                                            + " ended"))
                            .orElse("");
            case Row.Key.OfAssignment _, Row.Key.OfWork _, Row.Key.OfWorkStatus _ -> "";
        };
    }

    /** To those whose policies speak of where this application is. */
    static String ofNeighbour(Uid application, FleetImage before, FleetImage after) {
        boolean ran = !active(before, application).isEmpty();
        boolean runs = !active(after, application).isEmpty();
        return after.application(application)
                .or(() -> before.application(application))
                .map(
                        a ->
                                "application "
                                        + a.value().metadata().tenant()
                                        + "/"
                                        + a.value().metadata().name()
                                        + (runs
                                                ? ran ? " moved" : " was placed"
                                                : ran
                                                        ? " is placed nowhere"
                                                        : before.application(application).isEmpty()
                                                                ? " was made"
                                                                : " changed"))
                .orElse("");
    }

    private static List<Uid> active(FleetImage image, Uid application) {
        return image.assignment(application).map(a -> a.value().active()).orElse(List.of());
    }

    private static String cluster(Uid cluster, FleetImage before, FleetImage after) {
        return before.candidate(cluster).equals(after.candidate(cluster))
                ? ""
                : ClusterNews.words(before.candidate(cluster), after.candidate(cluster));
    }

    private static String resource(ResourceKey key, FleetImage before, FleetImage after) {
        String tenanted = key.tenant() + "/" + key.name();
        return switch (key.kind()) {
            case APPLICATION ->
                    changed(
                            "application",
                            metadata(before.uid(key).flatMap(before::application)),
                            metadata(after.uid(key).flatMap(after::application)));
            case CLUSTER ->
                    after.uid(key)
                            .or(() -> before.uid(key))
                            .map(c -> cluster(c, before, after))
                            .orElse("");
            case TENANT ->
                    changed(
                            "tenant " + key.name(),
                            metadata(before.tenant(key.name())),
                            metadata(after.tenant(key.name())));
            case PLACEMENT_POLICY ->
                    changed(
                            "placement policy " + tenanted,
                            metadata(before.placementPolicy(key.tenant(), key.name())),
                            metadata(after.placementPolicy(key.tenant(), key.name())));
            case DR_POLICY ->
                    changed(
                            "DR policy " + tenanted,
                            metadata(before.drPolicy(key.tenant(), key.name())),
                            metadata(after.drPolicy(key.tenant(), key.name())));
            case FAILOVER -> "";
        };
    }

    private static <S extends Spec> Optional<Metadata> metadata(Optional<Held<Resource<S>>> held) {
        return held.map(h -> h.value().metadata());
    }

    private static String changed(
            String what, Optional<Metadata> before, Optional<Metadata> after) {
        if (after.isEmpty()) {
            return what + " was deleted";
        }
        Metadata now = after.get();
        Optional<Metadata> same = before.filter(b -> b.uid().equals(now.uid()));
        return same.isEmpty()
                ? what + " was made"
                : same.get().generation() == now.generation()
                        ? ""
                        : what + " changed (generation " + now.generation() + ")";
    }
}
