package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.portolan.central.operation.Executor;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Component;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementPolicySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Central's loop, a store in memory, users and agents in one thread on a hand clock. Nothing
 * happens but by {@link #settle}; what a commit answers may be tampered with by {@link #faults}.
 */
final class World {
    static final String TENANT = "shop";

    /** What happens to a commit on its way. */
    interface Faults {
        CommitResult commit(Store store, Effect.Commit commit);

        /** Whether news reach the loop now. */
        default boolean newsArrive() {
            return true;
        }
    }

    volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");
    final Store store;
    final Map<String, FakeAgent> agents = new HashMap<>();
    Faults faults =
            (s, commit) -> s.commit(commit.authority(), commit.preconditions(), commit.writes());

    /** What hooks answer; empty: not yet, or never. */
    interface Asked {
        Optional<HookAnswer> answer(HookCall call);
    }

    Asked hooks = call -> Optional.of(HookAnswer.of(call, true, "done"));
    final List<Effect.Act> acts = new ArrayList<>();
    LoopCore core = core();
    Term term;
    final List<Effect.Complain> complaints = new ArrayList<>();
    final List<Effect.Commit> commits = new ArrayList<>();
    private final ArrayList<Effect> pending = new ArrayList<>();
    private Optional<Effect.Timer> timer = Optional.empty();
    private int uids;

    World() {
        this(world -> new MemoryStore(() -> world.now));
    }

    /** On a store of another kind. */
    World(Function<World, Store> store) {
        this.store = store.apply(this);
        this.term = takeOver("first");
        put(new TenantSpec(Selector.EVERYTHING, Set.of()), "", TENANT);
    }

    private static LoopCore core() {
        return new LoopCore(
                new ApplicationReconciler(Thresholds.USUAL, Rebalancer.USUAL),
                new ClusterReconciler(Thresholds.USUAL),
                new Executor());
    }

    private Term takeOver(String id) {
        return store.lead("node-" + id, id, Duration.ofDays(1)).orElseThrow();
    }

    /** The loop starts on what the store has. */
    void lead() {
        step(new Event.Led(term, store.snapshot(), store.silences()));
    }

    /** The leader dies and another takes over; what was under way is lost. */
    void crash(String id) {
        store.release(term);
        term = takeOver(id);
        pending.clear();
        timer = Optional.empty();
        core = core();
        lead();
    }

    void step(Event event) {
        pending.addAll(core.step(event, now));
    }

    /** Does effects and tells news until nothing happens any more at this time. */
    void settle() {
        for (int i = 0; i < 10_000; i++) {
            if (!once()) {
                return;
            }
        }
        throw new AssertionError("the loop never rests; it still commits " + commits.getLast());
    }

    private boolean once() {
        if (!pending.isEmpty()) {
            perform(pending.removeFirst());
            return true;
        }
        List<Change> changes = store.changes(core.image().revision(), 500);
        if (core.leading() && !changes.isEmpty() && faults.newsArrive()) {
            step(new Event.Changed(core.image().revision(), changes));
            return true;
        }
        if (timer.isPresent() && !timer.get().at().isAfter(now)) {
            Effect.Timer fired = timer.get();
            timer = Optional.empty();
            step(new Event.TimerFired(fired.id()));
            return true;
        }
        return false;
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Commit commit -> {
                commits.add(commit);
                step(new Event.Committed(commit.id(), faults.commit(store, commit)));
            }
            case Effect.Timer set -> timer = Optional.of(set);
            case Effect.Act act -> {
                acts.add(act);
                hooks.answer(act.call())
                        .ifPresent(answer -> step(new Event.Acted(act.id(), answer)));
            }
            case Effect.Complain complain -> complaints.add(complain);
        }
    }

    /** Time passes second by second; agents that are not cut off are heard each second. */
    void pass(Duration time) {
        for (long s = 0; s < time.toSeconds(); s++) {
            now = now.plusSeconds(1);
            agents.values().forEach(FakeAgent::heartbeat);
            step(new Event.Heard(store.silences()));
            settle();
        }
    }

    /** Agents and central talk until both rest. */
    void converge() {
        for (int i = 0; i < 100; i++) {
            settle();
            boolean said = false;
            for (FakeAgent agent : agents.values().stream().sorted().toList()) {
                said |= agent.work();
            }
            if (!said) {
                settle();
                return;
            }
        }
        throw new AssertionError("agents and central never rest");
    }

    // --- users --------------------------------------------------------------------------------

    <S extends Spec> Uid put(S spec, String tenant, String name) {
        return put(spec, tenant, name, m -> m);
    }

    /** As the API does it: a new uid at first, a new generation when the spec differs. */
    <S extends Spec> Uid put(S spec, String tenant, String name, UnaryOperator<Metadata> edit) {
        ResourceKey key = new ResourceKey(spec.kind(), tenant, name);
        Optional<Store.Described> former = store.find(key);
        Metadata metadata =
                former.map(f -> f.resource().row().resource().metadata())
                        .map(m -> m.withGeneration(m.generation() + 1))
                        .orElseGet(
                                () ->
                                        Metadata.named(tenant, name)
                                                .created(new Uid(name + "-" + ++uids), now));
        commit(
                new Precondition(
                        new Row.Key.OfResource(key),
                        former.map(f -> f.resource().revision()).orElse(0L)),
                new Write.Put(new Row.ResourceRow(new Resource<>(edit.apply(metadata), spec))));
        return metadata.givenUid();
    }

    void delete(ResourceKey key) {
        Store.Described found = store.find(key).orElseThrow();
        Resource<?> resource = found.resource().row().resource();
        commit(
                new Precondition(new Row.Key.OfResource(key), found.resource().revision()),
                new Write.Put(
                        new Row.ResourceRow(
                                resource.with(resource.metadata().deletionRequested(now)))));
    }

    void drop(ResourceKey key) {
        commit(
                new Precondition(
                        new Row.Key.OfResource(key),
                        store.find(key).orElseThrow().resource().revision()),
                new Write.Delete(new Row.Key.OfResource(key)));
    }

    void commit(Precondition precondition, Write write) {
        assertInstanceOf(
                CommitResult.Committed.class,
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(precondition),
                        List.of(write)));
    }

    Uid cluster(String name, String region) {
        Uid uid =
                put(
                        new ClusterSpec(
                                new ClusterSpec.Location("test", region, "", ""), List.of(), false),
                        "",
                        name);
        agents.put(name, new FakeAgent(this, uid, name));
        return uid;
    }

    /** {@code checkout} under this policy: active on c1, while c2 stands by; central leads. */
    Uid activeOnTheFirst(DrPolicySpec policy) {
        cluster("c1", "eu-west");
        cluster("c2", "eu-north");
        lead();
        agents.values().stream().sorted().forEach(FakeAgent::join);
        pass(Duration.ofSeconds(1));
        put(spec(on(1, "region = eu-west"), policy), TENANT, "checkout");
        converge();
        Uid application = put(spec(on(2, ""), policy), TENANT, "checkout");
        converge();
        return application;
    }

    private static ApplicationSpec spec(PlacementPolicySpec placement, DrPolicySpec policy) {
        ApplicationSpec plain = spec(1, placement, policy.singleWriter());
        return new ApplicationSpec(
                plain.components(), plain.placement(), Optional.of(new PolicyRef.Inline<>(policy)));
    }

    static PlacementPolicySpec on(int clusters, String where) {
        return new PlacementPolicySpec(Selector.parse(where), List.of(), clusters, List.of());
    }

    static ApplicationSpec spec(int replicas, PlacementPolicySpec placement, boolean single) {
        return new ApplicationSpec(
                List.of(container("web", replicas)),
                Optional.of(new PolicyRef.Inline<>(placement)),
                Optional.of(
                        new PolicyRef.Inline<>(
                                new DrPolicySpec(
                                        single
                                                ? DrPolicySpec.Writers.SINGLE
                                                : DrPolicySpec.Writers.MANY,
                                        Duration.ofMinutes(5),
                                        Duration.ofMinutes(10)))));
    }

    static Component container(String name, int replicas) {
        return new Component(
                name,
                new Component.Container(
                        "example/web:1",
                        List.of(new Component.Port(8080, Optional.empty())),
                        replicas,
                        Map.of(),
                        List.of(),
                        List.of(),
                        Optional.empty()));
    }

    Failover failover(Uid application, String name, String to, boolean single) {
        return operation(
                application, name, new Failover.Request(to, List.of(), "test", "user:test"));
    }

    Failover operation(Uid application, String name, Failover.Request request) {
        Failover operation =
                Failover.requested(
                        new Uid("op-" + ++uids),
                        TENANT,
                        name,
                        application,
                        "checkout",
                        request,
                        now);
        Row.OperationRow row = new Row.OperationRow(operation);
        commit(Precondition.absent(row.key()), new Write.Put(row));
        return operation;
    }

    Failover operation(String name) {
        return store.operation(TENANT, name).orElseThrow().row().operation();
    }

    // --- what became of it ----------------------------------------------------------------------

    ResourceKey key(String application) {
        return new ResourceKey(Kind.APPLICATION, TENANT, application);
    }

    ClusterStatus clusterStatus(String name) {
        return (ClusterStatus)
                store.find(ResourceKey.cluster(name))
                        .orElseThrow()
                        .status()
                        .orElseThrow()
                        .row()
                        .status();
    }

    ApplicationStatus status(String application) {
        return (ApplicationStatus)
                store.find(key(application)).orElseThrow().status().orElseThrow().row().status();
    }

    Optional<ClusterStatus> clusterStatusIfAny(String name) {
        return store.find(ResourceKey.cluster(name))
                .flatMap(Store.Described::status)
                .map(v -> (ClusterStatus) v.row().status());
    }

    Assignment assignment(Uid application) {
        return store.assignment(application).orElseThrow().row().assignment();
    }

    Optional<Work> work(String cluster, Uid application) {
        return store.works(agents.get(cluster).uid()).plain().stream()
                .filter(w -> w.application().equals(application))
                .findFirst();
    }

    io.portolan.model.Condition condition(String application, String type) {
        return io.portolan.model.Condition.find(status(application).conditions(), type)
                .orElseThrow(() -> new AssertionError(type + " in " + status(application)));
    }
}
