package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Prospect;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.whatif.Supposition.Written;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fleet as it is supposed to be, made of the one that is by a change as the store would tell
 * it.
 *
 * <p>A lost cluster goes with its works as when an operator forgets it. Works of single writers
 * stay: nobody has shown that they stopped, so they go on to keep the role from others.
 */
final class Supposed {
    private final FleetImage before;
    private final Supposition supposition;
    private final Instant now;
    private final Map<ResourceKey, Resource<?>> resources = new TreeMap<>();
    private final List<Change.Entry> entries = new ArrayList<>();
    private Optional<FleetImage> silent = Optional.empty();

    private Supposed(FleetImage before, Supposition supposition, Instant now) {
        this.before = before;
        this.supposition = supposition;
        this.now = now;
    }

    static Supposed of(FleetImage before, Supposition supposition, Instant now) {
        Supposed supposed = new Supposed(before, supposition, now);
        supposition.written().forEach(supposed::write);
        supposition.cordoned().forEach(supposed::cordon);
        return supposed;
    }

    /** The fleet with what is written, and nothing lost yet. */
    FleetImage image() {
        return before.replay(new Change(before.revision() + 1, entries));
    }

    /** With the lost clusters gone. */
    Change change() {
        List<Change.Entry> all = new ArrayList<>(entries);
        for (Uid cluster : supposition.lost()) {
            lose(cluster, all);
        }
        return new Change(before.revision() + 1, all);
    }

    Set<Uid> affected(Change change, FleetImage after) {
        return new TreeSet<>(Prospect.affected(change, before, after));
    }

    /** With the lost clusters there and not heard: what a failover would see. */
    FleetImage silent() {
        if (silent.isEmpty()) {
            List<Change.Entry> all = new ArrayList<>(entries);
            for (Uid cluster : supposition.lost()) {
                before.cluster(cluster)
                        .ifPresent(c -> all.add(put(status(c.value(), Reach.UNREACHABLE))));
            }
            silent = Optional.of(before.replay(new Change(before.revision() + 1, all)));
        }
        return silent.get();
    }

    private void write(Written written) {
        Resource<?> wanted = written.resource();
        Optional<Resource<?>> there = there(wanted.key());
        Metadata metadata =
                there.map(
                                t ->
                                        t.metadata()
                                                .withLabels(wanted.metadata().labels())
                                                .withGeneration(t.metadata().generation() + 1))
                        .orElseGet(() -> made(wanted.metadata()));
        Resource<?> resource = wanted.with(metadata);
        add(resource);
        if (resource.spec() instanceof ClusterSpec && there.isEmpty()) {
            entries.add(put(status(resource, Reach.READY)));
            entries.add(
                    put(
                            new Row.ObservationRow(
                                    resource.uid(),
                                    written.observation().orElseGet(this::likeAll))));
        } else if (resource.spec() instanceof ClusterSpec) {
            written.observation()
                    .ifPresent(o -> entries.add(put(new Row.ObservationRow(resource.uid(), o))));
        }
    }

    private Metadata made(Metadata wanted) {
        return Metadata.named(wanted.tenant(), wanted.name())
                .withLabels(wanted.labels())
                .created(new Uid("simulated-" + resources.size()), now);
    }

    /** As it was written just now, where it was. */
    private void cordon(Uid cluster) {
        before.cluster(cluster)
                .map(Held::value)
                .ifPresent(
                        c -> {
                            Resource<?> there = resources.getOrDefault(c.key(), c);
                            if (there.spec() instanceof ClusterSpec s) {
                                add(new Resource<>(there.metadata(), cordoned(s)));
                            }
                        });
    }

    static ClusterSpec cordoned(ClusterSpec spec) {
        return new ClusterSpec(spec.location(), spec.taints(), true, spec.agent());
    }

    private void add(Resource<?> resource) {
        resources.put(resource.key(), resource);
        entries.add(put(new Row.ResourceRow(resource)));
    }

    private Optional<Resource<?>> there(ResourceKey key) {
        return switch (key.kind()) {
            case APPLICATION -> before.uid(key).flatMap(before::application).map(Held::value);
            case CLUSTER -> before.uid(key).flatMap(before::cluster).map(Held::value);
            case TENANT -> before.tenant(key.name()).map(Held::value);
            case PLACEMENT_POLICY ->
                    before.placementPolicy(key.tenant(), key.name()).map(Held::value);
            case DR_POLICY -> before.drPolicy(key.tenant(), key.name()).map(Held::value);
            case FAILOVER -> Optional.empty();
        };
    }

    private Observation likeAll() {
        Set<String> kinds = new TreeSet<>();
        before.candidates().forEach(c -> kinds.addAll(c.apiKinds()));
        return new Observation("", "", Optional.empty(), List.copyOf(kinds), List.of());
    }

    private void lose(Uid cluster, List<Change.Entry> out) {
        before.cluster(cluster).ifPresent(c -> out.add(gone(c.key())));
        before.clusterStatus(cluster).ifPresent(s -> out.add(gone(s.key())));
        before.observation(cluster).ifPresent(o -> out.add(gone(o.key())));
        for (Uid application : before.appliedTo(cluster)) {
            Held<Work> work = before.works(application).get(cluster);
            if (work != null && !work.value().singleWriter()) {
                out.add(gone(work.key()));
                Optional.ofNullable(before.reports(application).get(cluster))
                        .ifPresent(r -> out.add(gone(r.key())));
            }
        }
    }

    private static Row.StatusRow status(Resource<?> cluster, Reach reach) {
        return new Row.StatusRow(
                cluster.key(),
                cluster.uid(),
                new ClusterStatus(reach, Optional.empty(), Optional.empty(), List.of()));
    }

    private static Change.Entry put(Row row) {
        return new Change.Entry(row.key(), Optional.of(row), true);
    }

    private static Change.Entry gone(Row.Key key) {
        return new Change.Entry(key, Optional.empty(), true);
    }
}
