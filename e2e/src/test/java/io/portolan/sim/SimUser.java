package io.portolan.sim;

import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Spec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.util.List;
import java.util.Optional;

/** Does through the store what the API's handlers do for a user. */
final class SimUser {
    private final World world;
    private final MemoryStore store;
    private int operations;

    SimUser(World world, MemoryStore store) {
        this.world = world;
        this.store = store;
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
                                                .created(new Uid("uid-" + name), world.instant())
                                                .withFinalizers(List.of("portolan.io/works")));
        commit(
                there.map(d -> d.resource().revision()).orElse(Precondition.ABSENT),
                new Row.ResourceRow(new Resource<>(metadata, read)));
        return metadata.givenUid();
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
        return store.find(ResourceKey.application(tenant, name)).isPresent();
    }

    /** Empty when one is live already. */
    Optional<String> failover(String tenant, String application, boolean singleWriter, String to) {
        Resource<?> resource =
                store.find(ResourceKey.application(tenant, application))
                        .orElseThrow()
                        .resource()
                        .row()
                        .resource();
        if (!(resource.spec() instanceof ApplicationSpec)) {
            throw new IllegalStateException(application + " is no application");
        }
        String name = application + "-" + ++operations;
        Failover failover =
                new Failover(
                        new Uid("op-" + name),
                        tenant,
                        name,
                        resource.uid(),
                        application,
                        new Failover.Request(to, List.of(), "simulated", "user:sim"),
                        singleWriter,
                        Failover.State.REQUESTED,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        0,
                        0,
                        "",
                        "",
                        world.instant(),
                        Optional.empty(),
                        Optional.empty());
        CommitResult result =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(Precondition.absent(new Row.OperationRow(failover).key())),
                        List.of(new Write.Put(new Row.OperationRow(failover))));
        world.note("failover " + name + " to " + to + ": " + result);
        return result instanceof CommitResult.Committed ? Optional.of(name) : Optional.empty();
    }

    void abort(String tenant, String name) {
        store.operation(tenant, name)
                .filter(o -> !o.row().operation().state().ended())
                .filter(o -> o.row().operation().evidence().isEmpty())
                .ifPresent(
                        o -> {
                            Failover f = o.row().operation();
                            world.note("abort " + name);
                            commit(o.revision(), new Row.OperationRow(aborted(f)));
                        });
    }

    private static Failover aborted(Failover f) {
        return new Failover(
                f.uid(),
                f.tenant(),
                f.name(),
                f.application(),
                f.applicationName(),
                f.request(),
                f.singleWriter(),
                f.state(),
                f.plan(),
                f.steps(),
                f.attestation(),
                true,
                f.evidence(),
                f.epochBefore(),
                f.epochAfter(),
                f.waitingFor(),
                f.next(),
                f.requestedAt(),
                f.endedAt(),
                f.report());
    }

    private void commit(long seen, Row row) {
        CommitResult result =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(new Precondition(row.key(), seen)),
                        List.of(new Write.Put(row)));
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException("one thread, no race: " + result);
        }
    }
}
