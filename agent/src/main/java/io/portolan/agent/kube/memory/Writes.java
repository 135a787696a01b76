package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.memory.ObjectTable.Key;
import io.portolan.agent.kube.memory.ObjectTable.Stored;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an API server does on writes. The cluster's lock guards it. */
final class Writes {
    private static final int GRACE_SECONDS = 30;

    private final ObjectTable table;
    private final Admission admission;
    private Instant now;

    Writes(ObjectTable table, Admission admission, Instant now) {
        this.table = table;
        this.admission = admission;
        this.now = now;
    }

    void at(Instant now) {
        this.now = now;
    }

    /** As Kubernetes writes times: whole seconds. */
    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    Applied apply(KubeObject desired, String manager, boolean force) {
        Map<String, Object> config = Trees.copy(desired.json());
        if (Builtin.group(desired.group())) {
            config.remove("status");
        }
        Map<String, Object> metadata = Trees.child(config, "metadata");
        Optional<Stored> before = table.find(Key.of(desired));
        Object version = metadata.remove("resourceVersion");
        Object uid = metadata.remove("uid");
        if (before.isEmpty() && uid != null) {
            return new Applied.Refused(
                    409,
                    "Conflict",
                    "Operation cannot be fulfilled on "
                            + desired.ref()
                            + ": uid mismatch: the provided object specified uid "
                            + uid
                            + ", and no existing object was found");
        }
        Owner owner = Owner.applying(manager);
        Map<String, Object> live =
                before.map(s -> s.live().json()).orElseGet(() -> skeleton(desired));
        FieldOwners owners = before.map(Stored::owners).orElse(FieldOwners.NOBODY);
        return switch (ApplyMerge.merge(live, owners, owner, config, force)) {
            case ApplyMerge.Merged.Conflict(var fields) -> new Applied.Conflict(fields);
            case ApplyMerge.Merged.Object(Map<String, Object> json, FieldOwners next) ->
                    before.flatMap(s -> otherThanMeant(s.live(), version, uid))
                            .orElseGet(() -> write(before.orElse(null), json, next));
        };
    }

    private static Optional<Applied> otherThanMeant(
            KubeObject live, @Nullable Object version, @Nullable Object uid) {
        if (version != null && !live.resourceVersion().equals(version)) {
            return Optional.of(modified(live.ref()));
        }
        return uid == null || live.uid().equals(uid)
                ? Optional.empty()
                : Optional.of(
                        new Applied.Refused(
                                422,
                                "Invalid",
                                live.kind()
                                        + " \""
                                        + live.name()
                                        + "\" is invalid: metadata.uid: Invalid value: \""
                                        + uid
                                        + "\": field is immutable"));
    }

    Applied patch(
            ObjectRef ref,
            Map<String, Object> mergePatch,
            String manager,
            @Nullable String resourceVersion) {
        Optional<Stored> before =
                table.find(new Key(ref.group(), ref.kind(), ref.namespace(), ref.name()));
        if (before.isEmpty()) {
            return new Applied.Refused(404, "NotFound", ref + " not found");
        }
        KubeObject live = before.get().live();
        if (resourceVersion != null && !resourceVersion.equals(live.resourceVersion())) {
            return modified(ref);
        }
        Map<String, Object> json = Trees.copy(live.json());
        Map<String, Object> patch = new LinkedHashMap<>(mergePatch);
        if (Builtin.group(ref.group())) {
            patch.remove("status");
        }
        Trees.mergePatch(json, patch);
        Map<String, Object> metadata = Trees.child(json, "metadata");
        for (String part : List.of("labels", "annotations")) {
            metadata.computeIfPresent(part, (_, v) -> v.equals(Map.of()) ? null : v);
        }
        FieldOwners known = before.get().owners();
        FieldOwners said =
                mergePatch.get("metadata") instanceof Map<?, ?> m
                                && m.get("managedFields") instanceof List<?> entries
                        ? known.only(entries)
                        : known;
        keepIdentity(json, live);
        Set<String> changed = new TreeSet<>();
        for (String path : Fields.of(json)) {
            if (!Objects.equals(Fields.at(json, path), Fields.at(live.json(), path))) {
                changed.add(path);
            }
        }
        Set<String> gone = new TreeSet<>(Fields.of(live.json()));
        gone.removeAll(Fields.of(json));
        FieldOwners owners = said.updated(Owner.updating(manager), changed, gone);
        return write(before.get(), json, owners);
    }

    /** A controller's or test's change of status alone. */
    KubeObject status(KubeObject live, Map<String, Object> status) {
        Stored stored = table.find(Key.of(live)).orElseThrow();
        Map<String, Object> json = Trees.copy(stored.live().json());
        json.put("status", Trees.copy(status));
        return table.update(stored, json, stored.owners());
    }

    Deleted delete(ObjectRef ref, String uid) {
        Optional<Stored> stored =
                table.find(new Key(ref.group(), ref.kind(), ref.namespace(), ref.name()));
        if (stored.isEmpty()) {
            return new Deleted.Gone();
        }
        KubeObject live = stored.get().live();
        if (!uid.isEmpty() && !live.uid().equals(uid)) {
            return new Deleted.OtherUid();
        }
        if (live.at("metadata", "deletionTimestamp") != null) {
            return new Deleted.Accepted();
        }
        if (live.at("metadata", "finalizers") == null && endsAtOnce(live)) {
            table.remove(live);
            return new Deleted.Accepted();
        }
        Map<String, Object> json = Trees.copy(live.json());
        Map<String, Object> metadata = Trees.child(json, "metadata");
        int grace = ref.kind().equals("Pod") ? GRACE_SECONDS : 0;
        metadata.put("deletionTimestamp", text(now.plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (ref.kind().equals("Namespace")) {
            Trees.child(json, "status").put("phase", "Terminating");
        }
        table.update(stored.get(), json, stored.get().owners());
        return new Deleted.Accepted();
    }

    /** A controller's new object, by the same admission as everyone's. */
    Applied create(Map<String, Object> json, String manager) {
        Map<String, Object> copy = Trees.copy(json);
        return write(
                null,
                copy,
                FieldOwners.NOBODY.applied(Owner.updating(manager), Fields.of(copy), Set.of()));
    }

    private Applied write(@Nullable Stored before, Map<String, Object> json, FieldOwners owners) {
        Optional<Applied.Refused> refusal =
                admission.refusal(before == null ? null : before.live(), new KubeObject(json));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        return before == null
                ? new Applied.Ok(table.create(json, owners, text(now)), true)
                : new Applied.Ok(table.update(before, json, owners), false);
    }

    private static boolean endsAtOnce(KubeObject live) {
        boolean unscheduled =
                live.kind().equals("Pod") && !(live.at("spec", "nodeName") instanceof String);
        return unscheduled || !ObjectTable.lingers(live);
    }

    private static Map<String, Object> skeleton(KubeObject desired) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("apiVersion", desired.apiVersion());
        json.put("kind", desired.kind());
        Map<String, Object> metadata = Trees.child(json, "metadata");
        metadata.put("name", desired.name());
        if (!desired.namespace().isEmpty()) {
            metadata.put("namespace", desired.namespace());
        }
        return json;
    }

    private static void keepIdentity(Map<String, Object> json, KubeObject live) {
        json.put("apiVersion", live.apiVersion());
        json.put("kind", live.kind());
        Map<String, Object> metadata = Trees.child(json, "metadata");
        for (String key : new String[] {"name", "namespace", "uid", "resourceVersion"}) {
            Object value = live.at("metadata", key);
            if (value != null) {
                metadata.put(key, value);
            }
        }
    }

    private static Applied.Refused modified(ObjectRef ref) {
        return new Applied.Refused(
                409,
                "Conflict",
                "Operation cannot be fulfilled on "
                        + ref
                        + ": the object has been modified; please apply your changes to the latest"
                        + " version and try again");
    }
}
