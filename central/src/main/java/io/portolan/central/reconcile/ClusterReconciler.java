package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store.Silence;
import io.portolan.dr.Flapping;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Losses;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One cluster: whether it is heard, whether it counts as back after a loss, and its end. Judges
 * silence only; it moves nothing away from a silent cluster.
 */
public final class ClusterReconciler implements Reconciler<Key.OfCluster> {
    /** Holds a deleted cluster until no application has a work on it. */
    public static final String FINALIZER = "portolan.io/works";

    private static final String RETURNING = "Returning";

    private final Thresholds thresholds;
    private final AgentVersion agentVersion;

    public ClusterReconciler(Thresholds thresholds) {
        this(thresholds, AgentVersion.ofThisBuild());
    }

    ClusterReconciler(Thresholds thresholds, AgentVersion agentVersion) {
        this.thresholds = thresholds;
        this.agentVersion = agentVersion;
    }

    /** Whether the stored reach is not what the silence says. */
    boolean stale(View view, Uid cluster) {
        return view.image().clusterStatus(cluster).map(h -> h.value().reach()).orElse(null)
                != thresholds.reach(silence(view, cluster));
    }

    private static Optional<Silence> silence(View view, Uid cluster) {
        return Optional.ofNullable(view.silences().get(cluster));
    }

    @Override
    public Outcome reconcile(View view, Key.OfCluster key) {
        Optional<Held<Resource<ClusterSpec>>> held = view.image().cluster(key.cluster());
        if (held.isEmpty()) {
            return Outcome.NOTHING;
        }
        Outcome.Draft out = new Outcome.Draft();
        Metadata metadata = held.get().value().metadata();
        if (metadata.deleting() && view.image().appliedTo(key.cluster()).isEmpty()) {
            end(view.image(), held.get(), out);
            return out.finish();
        }
        if (!metadata.deleting() && !metadata.finalizers().contains(FINALIZER)) {
            List<String> finalizers = new ArrayList<>(metadata.finalizers());
            finalizers.add(FINALIZER);
            out.put(
                    new Row.ResourceRow(
                            held.get().value().with(metadata.withFinalizers(finalizers))),
                    held);
        }
        Optional<Losses> losses = losses(view, key.cluster());
        status(view, held.get(), losses, out);
        if (!out.empty()) {
            out.require(held.get());
        }
        return out.finish(again(losses, view));
    }

    private Optional<Losses> losses(View view, Uid cluster) {
        Optional<ClusterStatus> former = view.image().clusterStatus(cluster).map(Held::value);
        return Flapping.next(
                former.flatMap(ClusterStatus::losses),
                former.map(ClusterStatus::reach),
                thresholds.reach(silence(view, cluster)),
                thresholds.back(),
                view.led(),
                view.now());
    }

    /** When a return is complete, or its losses are forgotten. */
    private Optional<Instant> again(Optional<Losses> losses, View view) {
        return losses.flatMap(
                        l ->
                                Flapping.backAt(l, thresholds.back(), view.led())
                                        .map(
                                                at ->
                                                        at.isAfter(view.now())
                                                                ? at
                                                                : Flapping.calmAt(l)))
                .filter(at -> at.isAfter(view.now()));
    }

    private static void end(FleetImage image, Held<Resource<ClusterSpec>> held, Outcome.Draft out) {
        Uid uid = held.value().uid();
        Metadata metadata = held.value().metadata();
        List<String> others =
                metadata.finalizers().stream().filter(f -> !f.equals(FINALIZER)).toList();
        if (!others.isEmpty()) {
            if (others.size() < metadata.finalizers().size()) {
                out.put(
                        new Row.ResourceRow(held.value().with(metadata.withFinalizers(others))),
                        Optional.of(held));
            }
            return;
        }
        image.clusterStatus(uid).ifPresent(out::delete);
        image.observation(uid).ifPresent(out::delete);
        out.delete(held);
    }

    private void status(
            View view,
            Held<Resource<ClusterSpec>> held,
            Optional<Losses> losses,
            Outcome.Draft out) {
        Uid uid = held.value().uid();
        Optional<Held<ClusterStatus>> former = view.image().clusterStatus(uid);
        Optional<Silence> silence = silence(view, uid);
        Reach reach = thresholds.reach(silence);
        List<Condition> before = former.map(h -> h.value().conditions()).orElse(List.of());
        List<Condition> conditions = new ArrayList<>();
        conditions.add(heard(view, reach, silence).keepingSince(before));
        agentVersion
                .condition(held.value().spec(), view.image().observation(uid), view.now())
                .ifPresent(c -> conditions.add(c.keepingSince(before)));
        Leftovers.condition(view.image(), uid, view.now())
                .ifPresent(c -> conditions.add(c.keepingSince(before)));
        losses.flatMap(l -> returning(l, view))
                .ifPresent(c -> conditions.add(c.keepingSince(before)));
        if (held.value().metadata().deleting()) {
            conditions.add(draining(view, uid).keepingSince(before));
        }
        ClusterStatus status =
                new ClusterStatus(
                        reach,
                        silence.map(Silence::lastHeard),
                        view.image().observation(uid).map(Held::value),
                        conditions,
                        tainted(
                                held.value().spec(),
                                former.map(h -> h.value().tainted()).orElse(List.of()),
                                view.now()),
                        losses);
        if (former.filter(h -> same(h.value(), status)).isPresent()) {
            return;
        }
        out.put(new Row.StatusRow(held.value().key(), uid, status), former);
        Leftovers.event(uid, before, conditions, view.now()).ifPresent(out::event);
        if (former.map(h -> h.value().reach()).filter(r -> r != reach).isPresent()) {
            out.event(turned(view, uid, reach, conditions.getFirst().message()));
        }
    }

    /** That it is heard again and does not count as back yet. */
    private Optional<Condition> returning(Losses losses, View view) {
        Duration hold = Flapping.hold(losses, thresholds.back());
        boolean flaps = hold.compareTo(thresholds.back()) > 0;
        return Flapping.backAt(losses, thresholds.back(), view.led())
                .filter(view.now()::isBefore)
                .map(
                        at ->
                                new Condition(
                                        RETURNING,
                                        Truth.TRUE,
                                        flaps ? "Flapping" : "Returning",
                                        "heard again since "
                                                + seconds(losses.heardSince().orElseThrow())
                                                + ", it counts as back at "
                                                + seconds(at)
                                                + (flaps
                                                        ? ": it was lost "
                                                                + losses.at().size()
                                                                + " times within an hour, so that"
                                                                + " it is watched for "
                                                                + Durations.format(hold)
                                                                + " instead of "
                                                                + Durations.format(
                                                                        thresholds.back())
                                                        : ""),
                                        view.now()));
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The time of the last heartbeat changes all the time, and is no news by itself. */
    private static boolean same(ClusterStatus former, ClusterStatus now) {
        return former.reach() == now.reach()
                && former.observation().equals(now.observation())
                && former.conditions().equals(now.conditions())
                && former.tainted().equals(now.tainted())
                && former.losses().equals(now.losses());
    }

    /** A taint that was seen before keeps its time; one that was lifted and set again does not. */
    private static List<Tainted> tainted(ClusterSpec spec, List<Tainted> before, Instant now) {
        return spec.taints().stream()
                .filter(t -> t.effect() == ClusterSpec.Effect.NO_EXECUTE)
                .map(
                        taint ->
                                before.stream()
                                        .filter(known -> known.isOf(taint))
                                        .findFirst()
                                        .orElse(new Tainted(taint.key(), taint.value(), now)))
                .toList();
    }

    private Condition heard(View view, Reach reach, Optional<Silence> silence) {
        String since = silence.map(s -> s.lastHeard().toString()).orElse("ever");
        return switch (reach) {
            case PENDING ->
                    ready(
                            view,
                            Truth.UNKNOWN,
                            reach,
                            "no agent has joined: portolan cluster join prints the command");
            case READY -> ready(view, Truth.TRUE, reach, "its agent is heard");
            case SUSPECT -> ready(view, Truth.UNKNOWN, reach, "not heard since " + since);
            case UNREACHABLE ->
                    ready(
                            view,
                            Truth.FALSE,
                            reach,
                            "not heard since " + since + ": nothing is known of what runs there");
        };
    }

    private static Condition ready(View view, Truth truth, Reach reach, String message) {
        return new Condition("Ready", truth, reach.toString(), message, view.now());
    }

    private static Condition draining(View view, Uid uid) {
        Set<Uid> applications = view.image().appliedTo(uid);
        String names =
                applications.stream()
                        .limit(10)
                        .map(a -> name(view.image(), a))
                        .collect(Collectors.joining(", "));
        return new Condition(
                "Deleting",
                Truth.TRUE,
                "WaitsForApplications",
                "waits until "
                        + applications.size()
                        + (applications.size() == 1 ? " application has" : " applications have")
                        + " left it: "
                        + names
                        + (applications.size() > 10 ? ", ..." : ""),
                view.now());
    }

    private static String name(FleetImage image, Uid application) {
        return image.application(application)
                .map(h -> h.value().metadata().tenant() + "/" + h.value().metadata().name())
                .or(
                        () ->
                                image.works(application).values().stream()
                                        .findFirst()
                                        .map(w -> w.value().tenant() + "/" + w.value().name()))
                .orElse(application.value());
    }

    private static EventRecord turned(View view, Uid uid, Reach reach, String message) {
        Severity severity =
                switch (reach) {
                    case READY, PENDING -> Severity.NORMAL;
                    case SUSPECT, UNREACHABLE -> Severity.WARNING;
                };
        return new EventRecord(uid, view.now(), severity, "Cluster" + reach, message, "central");
    }
}
