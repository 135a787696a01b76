package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.reconcile.RebalanceOrder;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.wire.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Changes declarative resources: one transaction each, from what was read. Where somebody else
 * wrote in between and the request did not say what it saw, it is done again from what is there
 * now.
 */
final class ResourceWrites {
    /** What must have happened before it is gone: nothing of it is left on a cluster. */
    static final String WORKS = "portolan.io/works";

    private static final int ATTEMPTS = 8;

    private final Store store;
    private final Commits commits;
    private final Drafts drafts;
    private final Advice advice;

    ResourceWrites(Store store, Commits commits, Drafts drafts, Advice advice) {
        this.advice = advice;
        this.store = store;
        this.commits = commits;
        this.drafts = drafts;
    }

    /** How a write is to be made. */
    record How(Principal.User user, Matching matching, boolean dryRun) {}

    Answer put(ResourceKey key, JsonNode body, How how) {
        return again(
                first -> {
                    Optional<Store.Described> there = store.find(key);
                    how.matching.require(revision(there));
                    return write(key, body.deepCopy(), there, how, first);
                });
    }

    Answer patch(ResourceKey key, JsonNode patch, How how) {
        return again(
                first -> {
                    Optional<Store.Described> there = store.find(key);
                    how.matching.require(revision(there));
                    Store.Described found = there.orElseThrow(() -> missing(key));
                    JsonNode whole =
                            MergePatch.apply(
                                    Documents.write(resource(found), Optional.empty()), patch);
                    return write(key, whole, there, how, first);
                });
    }

    Answer delete(ResourceKey key, Parting parting, How how) {
        return again(
                _ -> {
                    Optional<Store.Described> there = store.find(key);
                    how.matching.require(revision(there));
                    return remove(key, there.orElseThrow(() -> missing(key)), parting, how);
                });
    }

    /** One try: empty when somebody else wrote in between. The first may trust what it knows. */
    private interface Try {
        Optional<Answer> attempt(boolean first);
    }

    /** Each try looks at the preconditions of the request anew. */
    private static Answer again(Try once) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<Answer> answer = once.attempt(i == 0);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw Problem.unavailable("too many write at once; send it again").refusal();
    }

    private Optional<Answer> write(
            ResourceKey key,
            JsonNode body,
            Optional<Store.Described> there,
            How how,
            boolean first) {
        // Whoever commits nothing meets no conflict, so a dry run looks.
        boolean trusting = first && !how.dryRun;
        Drafts.Draft draft = drafts.read(body, key, there.map(ResourceWrites::resource), trusting);
        Optional<Resource<?>> former = there.map(ResourceWrites::resource);
        if (former.map(f -> f.metadata().deleting()).orElse(false)) {
            throw Problem.conflict(key + " is being deleted").refusal();
        }
        Resource<?> next = next(draft.resource(), former);
        if (former.map(f -> same(f, next)).orElse(false)) {
            return there.map(t -> advice.on(shown(200, t), next));
        }
        if (how.dryRun) {
            return Optional.of(
                    advice.on(shown(former.isPresent() ? 200 : 201, next, status(there)), next));
        }
        List<Precondition> preconditions = new ArrayList<>(draft.read());
        preconditions.add(seen(key, there));
        List<Write> writes = new ArrayList<>();
        writes.add(new Write.Put(new Row.ResourceRow(next)));
        writes.add(commits.audit(how.user, former.isPresent() ? "Update" : "Create", key, ""));
        if (former.isEmpty() || next.metadata().generation() > generation(former)) {
            writes.add(
                    commits.event(
                            how.user,
                            next.uid(),
                            former.isPresent() ? "SpecChanged" : "Created",
                            "generation " + next.metadata().generation()));
        }
        return done(preconditions, writes)
                .map(
                        revision ->
                                advice.on(
                                        shown(
                                                former.isPresent() ? 200 : 201,
                                                next.with(next.metadata().withRevision(revision)),
                                                status(there)),
                                        next));
    }

    private Optional<Answer> remove(
            ResourceKey key, Store.Described there, Parting parting, How how) {
        Resource<?> former = resource(there);
        boolean deleting = former.metadata().deleting();
        Metadata said = parting.on(former.metadata());
        if (deleting && said.equals(former.metadata())) {
            return Optional.of(shown(202, there));
        }
        switch (key.kind()) {
            case TENANT -> empty(key);
            case CLUSTER -> drained(key, former.uid());
            case APPLICATION, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> {}
        }
        boolean atOnce = former.metadata().finalizers().isEmpty();
        Resource<?> marked = former.with(deleting ? said : said.deletionRequested(commits.now()));
        if (how.dryRun) {
            return Optional.of(shown(atOnce ? 200 : 202, marked, status(Optional.of(there))));
        }
        Row.ResourceRow row = new Row.ResourceRow(marked);
        List<Write> writes =
                List.of(
                        atOnce ? new Write.Delete(row.key()) : new Write.Put(row),
                        commits.audit(how.user, "Delete", key, parting.word().orElse("")),
                        commits.event(
                                how.user,
                                former.uid(),
                                "DeletionRequested",
                                atOnce
                                        ? "gone at once"
                                        : Parting.told(key.kind(), marked.metadata())));
        return done(List.of(seen(key, Optional.of(there))), writes)
                .map(
                        revision ->
                                shown(
                                        atOnce ? 200 : 202,
                                        marked.with(marked.metadata().withRevision(revision)),
                                        status(Optional.of(there))));
    }

    /** Absence never deletes: what a tenant holds is deleted by name first. */
    private void empty(ResourceKey tenant) {
        store.accounts(tenant.name(), "", 1)
                .forEach(
                        user -> {
                            throw Problem.conflict(
                                            tenant
                                                    + " still has user "
                                                    + user.name()
                                                    + ": delete its users first")
                                    .refusal();
                        });
        for (Kind kind : List.of(Kind.APPLICATION, Kind.PLACEMENT_POLICY, Kind.DR_POLICY)) {
            List<Store.Described> held =
                    store.list(kind, tenant.name(), Selector.EVERYTHING, Optional.empty(), 1)
                            .items();
            if (!held.isEmpty()) {
                throw Problem.conflict(
                                tenant
                                        + " still holds "
                                        + resource(held.getFirst()).key()
                                        + ": delete what it holds first")
                        .refusal();
            }
        }
    }

    /** What a cluster runs is moved by name first; what it only has to remove may be under way. */
    private void drained(ResourceKey cluster, Uid uid) {
        List<String> held =
                store.works(uid).plain().stream()
                        .filter(w -> !w.tombstone())
                        .map(w -> w.tenant() + "/" + w.name())
                        .sorted()
                        .toList();
        if (!held.isEmpty()) {
            throw Problem.conflict(
                            cluster
                                    + " still holds "
                                    + String.join(", ", held.subList(0, Math.min(10, held.size())))
                                    + (held.size() > 10
                                            ? " and " + (held.size() - 10) + " more"
                                            : "")
                                    + ": type portolan cluster drain "
                                    + cluster.name()
                                    + ", or portolan cluster forget "
                                    + cluster.name()
                                    + " when it is gone for good")
                    .refusal();
        }
    }

    private Optional<Long> done(List<Precondition> preconditions, List<Write> writes) {
        return switch (commits.commit(Optional.empty(), preconditions, writes)) {
            case Commits.Outcome.Done done -> Optional.of(done.revision());
            case Commits.Outcome.Conflict _ -> Optional.empty();
            case Commits.Outcome.Before _ ->
                    throw new IllegalStateException("a replay without a key");
        };
    }

    private Resource<?> next(Resource<?> draft, Optional<Resource<?>> former) {
        Metadata wanted =
                draft.kind() == Kind.APPLICATION
                        ? RebalanceOrder.kept(draft.metadata(), former.map(Resource::metadata))
                        : draft.metadata();
        Metadata made =
                former.map(Resource::metadata)
                        .orElseGet(
                                () ->
                                        Metadata.named(wanted.tenant(), wanted.name())
                                                .created(
                                                        new Uid(UUID.randomUUID().toString()),
                                                        commits.now())
                                                .withFinalizers(finalizers(draft.kind())));
        Metadata next =
                new Metadata(
                        made.tenant(),
                        made.name(),
                        made.uid(),
                        wanted.labels(),
                        wanted.annotations(),
                        made.generation(),
                        made.revision(),
                        made.finalizers(),
                        made.createdAt(),
                        made.deletionRequestedAt());
        boolean changed = former.map(f -> !f.spec().equals(draft.spec())).orElse(false);
        return draft.with(changed ? next.withGeneration(next.generation() + 1) : next);
    }

    private static List<String> finalizers(Kind kind) {
        return switch (kind) {
            case APPLICATION, CLUSTER -> List.of(WORKS);
            case TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> List.of();
        };
    }

    private static boolean same(Resource<?> former, Resource<?> next) {
        return former.spec().equals(next.spec())
                && former.metadata().labels().equals(next.metadata().labels())
                && former.metadata().annotations().equals(next.metadata().annotations());
    }

    private static long generation(Optional<Resource<?>> former) {
        return former.map(f -> f.metadata().generation()).orElse(0L);
    }

    private static Precondition seen(ResourceKey key, Optional<Store.Described> there) {
        return new Precondition(
                new Row.Key.OfResource(key),
                there.map(t -> t.resource().revision()).orElse(Precondition.ABSENT));
    }

    private static OptionalLong revision(Optional<Store.Described> there) {
        return there.map(t -> OptionalLong.of(t.resource().revision()))
                .orElse(OptionalLong.empty());
    }

    static RuntimeException missing(ResourceKey key) {
        return Problem.notFound(key + " does not exist").refusal();
    }

    static Resource<?> resource(Store.Described described) {
        return described.resource().row().resource();
    }

    static Optional<Status> status(Optional<Store.Described> described) {
        return described
                .flatMap(Store.Described::status)
                .map(Versioned::row)
                .map(Row.StatusRow::status);
    }

    static Optional<Status> status(Store.Described described, Heard heard) {
        return heard.on(resource(described), status(Optional.of(described)));
    }

    static Answer.Whole shown(Store.Described described, Heard heard) {
        return shown(200, resource(described), status(described, heard));
    }

    private static Answer.Whole shown(int code, Store.Described described) {
        return shown(code, resource(described), status(Optional.of(described)));
    }

    private static Answer.Whole shown(int code, Resource<?> resource, Optional<Status> status) {
        return Answer.json(code, Documents.write(resource, status))
                .with("ETag", Matching.etag(resource.metadata().revision()));
    }
}
