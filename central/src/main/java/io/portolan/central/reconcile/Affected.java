package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Guarding;
import io.portolan.model.cluster.ClusterStatus.Orphan;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.placement.fleet.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which keys a change can make a difference to. A cluster concerns the applications that have a
 * work on it and those that found too few clusters: the others need not move, so they do not. An
 * application that comes, goes or moves concerns those that wait to be near to it or apart from it.
 */
final class Affected {
    private static final String OTHERS = "an application of another tenant changed";

    /** Orders that are looked at when a move has made room for another. */
    private static final int WOKEN = 16;

    private final FleetImage before;
    private final FleetImage after;
    private final Map<Key, String> keys = new LinkedHashMap<>();

    /** What the entry that is looked at tells people; asked for once, when it concerns anything. */
    private Supplier<String> say = () -> "";

    private Optional<String> said = Optional.empty();

    /** Whose the row is that is looked at: other tenants are not told its name. Empty: nobody's. */
    private Optional<String> tenant = Optional.empty();

    /** Clusters whose room was looked at. */
    private final Set<Uid> rooms = new TreeSet<>();

    private Affected(FleetImage before, FleetImage after) {
        this.before = before;
        this.after = after;
    }

    static Set<Key> by(Change change, FleetImage before, FleetImage after) {
        return causes(change, before, after).keySet();
    }

    /** With what happened to each, for people; empty where that is no more than a report. */
    static Map<Key, String> causes(Change change, FleetImage before, FleetImage after) {
        Affected affected = new Affected(before, after);
        change.entries().forEach(entry -> affected.row(entry.key()));
        return affected.keys;
    }

    private void add(Key key) {
        String words = said.orElseGet(say);
        said = Optional.of(words);
        keys.merge(
                key,
                words.isEmpty() || mayKnow(key) ? words : OTHERS,
                (first, next) -> first.isEmpty() ? next : first);
    }

    private boolean mayKnow(Key key) {
        return switch (key) {
            case Key.OfApplication(Uid application) -> mayKnow(application);
            case Key.OfOperation(Uid operation) ->
                    after.operation(operation)
                            .or(() -> before.operation(operation))
                            .map(o -> mayKnow(o.value().application()))
                            .orElse(true);
            case Key.OfCluster _ -> true;
        };
    }

    private boolean mayKnow(Uid application) {
        return tenant.isEmpty()
                || tenantOf(application).isEmpty()
                || tenantOf(application).equals(tenant);
    }

    private Optional<String> tenantOf(Uid application) {
        return after.application(application)
                .or(() -> before.application(application))
                .map(a -> a.value().metadata().tenant());
    }

    private Optional<String> tenantOf(Row.Key key) {
        return switch (key) {
            case Row.Key.OfResource(ResourceKey resource) ->
                    Optional.of(
                                    resource.kind() == Kind.TENANT
                                            ? resource.name()
                                            : resource.tenant())
                            .filter(t -> !t.isEmpty());
            case Row.Key.OfAssignment(Uid application) -> tenantOf(application);
            case Row.Key.OfStatus _,
                    Row.Key.OfWork _,
                    Row.Key.OfWorkStatus _,
                    Row.Key.OfOperation _,
                    Row.Key.OfObservation _ ->
                    Optional.empty();
        };
    }

    private void row(Row.Key key) {
        said = Optional.empty();
        tenant = tenantOf(key);
        say = () -> Happening.words(key, before, after);
        switch (key) {
            case Row.Key.OfResource(var resource) -> resource(resource);
            case Row.Key.OfStatus(var resource, var subject) -> {
                switch (resource.kind()) {
                    case CLUSTER -> {
                        if (!before.candidate(subject).equals(after.candidate(subject))) {
                            fleet(subject);
                        }
                    }
                    case APPLICATION, TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> {}
                }
            }
            case Row.Key.OfAssignment(var application) -> {
                application(application);
                if (!active(before, application).equals(active(after, application))) {
                    neighbours(application);
                }
                rooms(application);
                if (before.moving().contains(application)
                        && !after.moving().contains(application)) {
                    after.ordered().stream().limit(WOKEN).forEach(this::application);
                }
            }
            case Row.Key.OfWork(var cluster, var application) -> {
                application(application);
                if (after.candidate(cluster).filter(c -> c.deleting()).isPresent()) {
                    add(new Key.OfCluster(cluster));
                }
            }
            case Row.Key.OfWorkStatus(_, var application) -> application(application);
            case Row.Key.OfOperation(var operation) -> {
                add(new Key.OfOperation(operation));
                after.operation(operation)
                        .or(() -> before.operation(operation))
                        .map(o -> o.value().application())
                        .ifPresent(
                                application -> {
                                    application(application);
                                    rooms(application);
                                });
            }
            case Row.Key.OfObservation(var cluster) -> {
                add(new Key.OfCluster(cluster));
                room(cluster);
                probed(before, cluster).stream()
                        .filter(c -> !probed(after, cluster).contains(c))
                        .forEach(this::asked);
                probed(after, cluster).stream()
                        .filter(c -> !probed(before, cluster).contains(c))
                        .forEach(this::asked);
                if (!left(before, cluster).equals(left(after, cluster))) {
                    left(before, cluster).forEach(o -> application(o.application()));
                    left(after, cluster).forEach(o -> application(o.application()));
                }
                if (!guarding(before, cluster).equals(guarding(after, cluster))
                        || StandbyLevels.known(before, cluster)
                                != StandbyLevels.known(after, cluster)) {
                    after.appliedTo(cluster).forEach(this::application);
                }
                if (!before.candidate(cluster).equals(after.candidate(cluster))) {
                    after.appliedTo(cluster).forEach(this::application);
                    after.unsatisfied().forEach(this::application);
                }
            }
        }
    }

    private void resource(ResourceKey key) {
        Optional<Uid> uid = after.uid(key).or(() -> before.uid(key));
        switch (key.kind()) {
            case APPLICATION ->
                    uid.ifPresent(
                            application -> {
                                application(application);
                                rooms(application);
                                if (!known(before, application).equals(known(after, application))) {
                                    neighbours(application);
                                }
                            });
            case CLUSTER ->
                    uid.ifPresent(
                            cluster -> {
                                add(new Key.OfCluster(cluster));
                                if (!before.candidate(cluster).equals(after.candidate(cluster))) {
                                    fleet(cluster);
                                }
                            });
            case TENANT, PLACEMENT_POLICY, DR_POLICY -> {
                after.users(key).forEach(this::application);
                after.users(key).forEach(this::rooms);
            }
            case FAILOVER -> {}
        }
    }

    private void fleet(Uid cluster) {
        after.operations().forEach(o -> add(new Key.OfOperation(o)));
        after.appliedTo(cluster).forEach(this::application);
        after.unsatisfied().forEach(this::application);
    }

    /** Where an application takes room, or did. */
    private void rooms(Uid application) {
        for (FleetImage image : List.of(before, after)) {
            image.ledger()
                    .footprint(application)
                    .ifPresent(
                            footprint -> {
                                footprint.used().keySet().forEach(this::room);
                                footprint.reserved().ifPresent(r -> room(r.cluster()));
                            });
        }
    }

    /**
     * Room that grew is for those that wait. Who must give way to one that preempts must know, and
     * so must that one when they are gone.
     */
    private void room(Uid cluster) {
        if (rooms.add(cluster)) {
            Cell is = after.ledger().cell(cluster);
            Waiting.forRoom(after, before.ledger().cell(cluster), is).forEach(this::application);
            is.victims().forEach(this::application);
            is.driving().stream()
                    .filter(d -> !after.ledger().areOn(cluster, d.victims()))
                    .forEach(d -> application(d.application()));
        }
    }

    /** Those that wait for where it is, by what it was called before and is now. */
    private void neighbours(Uid application) {
        said = Optional.empty();
        say = () -> Happening.ofNeighbour(application, before, after);
        before.application(application)
                .ifPresent(a -> Nearby.waitingFor(after, a.value()).forEach(this::application));
        after.application(application)
                .ifPresent(a -> Nearby.waitingFor(after, a.value()).forEach(this::application));
    }

    private static List<Uid> active(FleetImage image, Uid application) {
        return image.assignment(application).map(a -> a.value().active()).orElse(List.of());
    }

    /** What selectors of other policies see of it; empty where it does not exist. */
    private static Optional<Map<String, String>> known(FleetImage image, Uid application) {
        return image.application(application).map(a -> a.value().metadata().labels());
    }

    /** Works that are no application's are steps of an operation, and concern it alone. */
    private void application(Uid application) {
        Optional<Uid> operation =
                after.operationOfStep(application).or(() -> before.operationOfStep(application));
        if (operation.isPresent()) {
            add(new Key.OfOperation(operation.get()));
            return;
        }
        after.operationOn(application).ifPresent(o -> add(new Key.OfOperation(o.value().uid())));
        add(new Key.OfApplication(application));
    }

    private static Optional<Guarding> guarding(FleetImage image, Uid cluster) {
        return image.observation(cluster).flatMap(h -> h.value().guarding());
    }

    /** Those that are on a cluster of which another one has told whether it lives. */
    private void asked(Probed word) {
        after.appliedTo(word.cluster()).forEach(this::application);
    }

    private static List<Probed> probed(FleetImage image, Uid cluster) {
        return image.observation(cluster).map(h -> h.value().probed()).orElse(List.of());
    }

    private static List<Orphan> left(FleetImage image, Uid cluster) {
        return image.observation(cluster).map(h -> h.value().left()).orElse(List.of());
    }
}
