package io.portolan.sim;

import io.portolan.central.image.FleetImage;
import io.portolan.central.reconcile.Retirement;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.reconcile.View;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Store.Silence;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.dr.Controls;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Spec;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Does through the store what the API's handlers do for a user. */
final class SimUser {
    private final World world;
    private final MemoryStore store;
    private final Database database;
    private int operations;
    private int lives;
    private final Set<Uid> approved = new HashSet<>();
    private final Set<String> made = new HashSet<>();

    SimUser(World world, MemoryStore store, Database database) {
        this.world = world;
        this.store = store;
        this.database = database;
    }

    /** Creates, or changes the spec of what is there. */
    Uid put(Kind kind, String tenant, String name, String spec) {
        Spec read = Codec.strict().read(spec, Documents.specType(kind));
        ResourceKey key = new ResourceKey(kind, tenant, name);
        Optional<Store.Described> there = store.find(key);
        Metadata metadata =
                there.<Metadata>map(d -> d.resource().row().resource().metadata())
                        .map(m -> m.withGeneration(m.generation() + 1))
                        .orElseGet(
                                () ->
                                        Metadata.named(tenant, name)
                                                .created(
                                                        new Uid("uid-" + name + lives(kind, name)),
                                                        world.instant())
                                                .withFinalizers(List.of("portolan.io/works")));
        commit(
                there.map(d -> d.resource().revision()).orElse(Precondition.ABSENT),
                new Row.ResourceRow(new Resource<>(metadata, read)));
        return metadata.givenUid();
    }

    /** What is made again is another one; what is made once is named plainly. */
    private String lives(Kind kind, String name) {
        boolean first = made.add(kind + name);
        return kind == Kind.APPLICATION || !first ? "-" + ++lives : "";
    }

    /** Retires a cluster that is not heard; whether central allows it now. */
    boolean forget(String cluster) {
        if (database.down()) {
            return false;
        }
        FleetImage image = FleetImage.of(store.snapshot());
        return image.uid(ResourceKey.cluster(cluster))
                .flatMap(image::cluster)
                .filter(
                        held ->
                                Retirement.of(
                                                        new View(
                                                                image,
                                                                store.silences(),
                                                                world.instant()),
                                                        Thresholds.USUAL,
                                                        held)
                                                instanceof Retirement.Finding.Possible possible
                                        && store.commit(
                                                        new Authority.Api(Optional.empty()),
                                                        possible.preconditions(),
                                                        possible.writes())
                                                instanceof CommitResult.Committed)
                .isPresent();
    }

    Optional<Resource<?>> find(String tenant, String name) {
        return store.find(ResourceKey.application(tenant, name))
                .map(d -> d.resource().row().resource());
    }

    void delete(String tenant, String name) {
        Store.Described there = store.find(ResourceKey.application(tenant, name)).orElseThrow();
        Resource<?> resource = there.resource().row().resource();
        commit(
                there.resource().revision(),
                new Row.ResourceRow(
                        resource.with(resource.metadata().deletionRequested(world.instant()))));
    }

    boolean exists(String tenant, String name) {
        return find(tenant, name).isPresent();
    }

    /** Empty when one is live already. */
    Optional<String> failover(String tenant, String application, String to) {
        return operation(
                tenant, application, new Failover.Request(to, List.of(), "simulated", "user:sim"));
    }

    /** A planned move, which is refused where what it would leave is not heard. */
    Optional<String> relocate(String tenant, String application, String to) {
        return operation(
                tenant,
                application,
                new Failover.Request(to, List.of(), "simulated", "user:sim", true));
    }

    /** A planned move back to what the last completed failover left. */
    Optional<String> failback(String tenant, String application) {
        return database.operations(tenant).stream()
                .filter(f -> f.applicationName().equals(application))
                .filter(f -> f.state() == Failover.State.COMPLETED)
                .max(Comparator.comparing(Failover::requestedAt))
                .flatMap(f -> f.plan())
                .flatMap(p -> p.sources().stream().findFirst())
                .flatMap(
                        c ->
                                store.snapshot().rows().stream()
                                        .map(Versioned::row)
                                        .filter(Row.ResourceRow.class::isInstance)
                                        .map(r -> ((Row.ResourceRow) r).resource())
                                        .filter(r -> r.uid().equals(c))
                                        .map(r -> r.metadata().name())
                                        .findFirst())
                .flatMap(to -> relocate(tenant, application, to));
    }

    private Optional<String> operation(
            String tenant, String application, Failover.Request request) {
        Optional<Resource<?>> found = find(tenant, application);
        if (database.down() || found.isEmpty() || found.get().metadata().deleting()) {
            return Optional.empty();
        }
        String name = application + "-" + ++operations;
        Failover failover =
                Failover.requested(
                        new Uid("op-" + name),
                        tenant,
                        name,
                        found.get().uid(),
                        application,
                        request,
                        world.instant());
        CommitResult result =
                database.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(Precondition.absent(new Row.OperationRow(failover).key())),
                        List.of(new Write.Put(new Row.OperationRow(failover))));
        world.note(
                (request.planned() ? "relocate " : "failover ")
                        + name
                        + " to "
                        + request.to()
                        + (result instanceof CommitResult.Committed ? "" : ": " + result));
        return result instanceof CommitResult.Committed ? Optional.of(name) : Optional.empty();
    }

    void abort(String tenant, String name) {
        live(tenant, name)
                .ifPresent(
                        o -> {
                            world.note("abort " + name + " in " + o.row().operation().state());
                            change(o, o.row().operation().aborting());
                        });
    }

    /**
     * Swears that these run nothing; only before the commit, and once. A planned move, which takes
     * nobody's word, becomes a failover first.
     */
    void attest(String tenant, String name, Collection<Uid> clusters) {
        if (live(tenant, name).filter(o -> o.row().operation().planned()).isPresent()) {
            say(tenant, name, Control.Kind.ESCALATE);
        }
        live(tenant, name)
                .filter(o -> o.row().operation().attestation().isEmpty())
                .filter(o -> o.row().operation().evidence().isEmpty())
                .ifPresent(
                        o -> {
                            world.note("attest " + name + " for " + clusters);
                            Failover f = o.row().operation();
                            change(o, f.attested(Optional.of(vouching(f, clusters))));
                        });
    }

    /** Another than who asked agrees. */
    void approve(String tenant, String name) {
        live(tenant, name)
                .ifPresent(
                        o -> {
                            Failover f = o.row().operation();
                            if (Controls.approve(f, "user:peer", "", world.instant())
                                    instanceof Controls.Answer.Said(Failover next)) {
                                world.note("approve " + name);
                                approved.add(f.uid());
                                change(o, next);
                            }
                        });
    }

    /** Whether somebody other than who asked agreed to it. */
    boolean approved(Uid operation) {
        return approved.contains(operation);
    }

    /** How it is to go on, where that means something now. */
    void say(String tenant, String name, Control.Kind word) {
        live(tenant, name)
                .ifPresent(
                        o -> {
                            Failover f = o.row().operation();
                            if (Controls.say(f, word, "sim", "looked", world.instant())
                                    instanceof Controls.Answer.Said(Failover next)) {
                                world.note(word + " " + name);
                                change(o, next);
                            }
                        });
    }

    /** Whose proof a failover may wait for, as its plan and the assignment say. */
    List<Uid> asked(Failover f) {
        TreeSet<Uid> asked = new TreeSet<>(f.plan().map(Failover.Plan::sources).orElse(List.of()));
        store.assignment(f.application()).stream()
                .flatMap(a -> a.row().assignment().members().stream())
                .filter(m -> m.role() == Role.QUARANTINED)
                .forEach(m -> asked.add(m.cluster()));
        return List.copyOf(asked);
    }

    /** Also since when each is silent. */
    private Failover.Attestation vouching(Failover f, Collection<Uid> clusters) {
        Map<Uid, Silence> silences = store.silences();
        List<Failover.Vouched> vouched =
                clusters.stream()
                        .map(
                                c ->
                                        new Failover.Vouched(
                                                c,
                                                c.value(),
                                                Optional.ofNullable(silences.get(c))
                                                        .filter(s -> s.since().toSeconds() > 15)
                                                        .map(Silence::lastHeard)))
                        .toList();
        long epoch =
                store.assignment(f.application()).map(v -> v.row().assignment().epoch()).orElse(0L);
        return new Failover.Attestation("user:sim", "looked", world.instant(), epoch, vouched);
    }

    private Optional<Versioned<Row.OperationRow>> live(String tenant, String name) {
        return database.down()
                ? Optional.empty()
                : store.operation(tenant, name).filter(o -> !o.row().operation().state().ended());
    }

    private void change(Versioned<Row.OperationRow> seen, Failover next) {
        commit(seen.revision(), new Row.OperationRow(next));
    }

    private void commit(long seen, Row row) {
        CommitResult result =
                database.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(new Precondition(row.key(), seen)),
                        List.of(new Write.Put(row)));
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException("one thread, no race: " + result);
        }
    }
}
