package io.portolan.agent.core;

import io.portolan.agent.observe.Labels;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the application's owner reads when an object cannot be as desired, and the way out. */
final class Telling {
    static final String UNKNOWN_KIND = "UnknownKind";
    static final String NAMESPACE_OF_ANOTHER = "NamespaceOfAnother";
    private static final String EXISTS = "ExistsAlready";
    private static final String CLAIMED = "BelongsToAnother";

    private Telling() {}

    static Trouble unreached(ObjectTrack track, String message) {
        return new Trouble(track.ref, Health.PROGRESSING, "Retrying", message);
    }

    static Trouble foreign(ObjectRef ref, KubeObject live) {
        return new Trouble(
                ref,
                Health.FAILED,
                EXISTS,
                ref
                        + " exists already and was not made by Portolan"
                        + writers(live)
                        + ". To take it over, set"
                        + " the annotation portolan.io/adopt: \"true\" on the application; else"
                        + " rename or remove one of the two");
    }

    static Trouble claimed(ObjectRef ref, KubeObject live) {
        String tenant = live.label(Labels.TENANT);
        String name = live.label(Labels.APPLICATION);
        return new Trouble(
                ref,
                Health.FAILED,
                CLAIMED,
                ref
                        + " belongs to another application of Portolan ("
                        + (tenant.isEmpty() ? "" : tenant + "/")
                        + name
                        + "): it is left alone until that one gives it up");
    }

    static String ofAnotherTenant(KubeObject namespace) {
        return "namespace "
                + namespace.name()
                + " belongs to tenant "
                + namespace.label(Labels.TENANT)
                + ", as its label "
                + Labels.TENANT
                + " says: nothing is put into it";
    }

    /** Its owner is not to be on this cluster, and perhaps is no more. */
    static Trouble left(String application, ObjectRef ref, KubeObject live) {
        return new Trouble(
                ref,
                Health.FAILED,
                CLAIMED,
                ref
                        + " was left behind by another application of Portolan ("
                        + live.label(Labels.TENANT)
                        + "/"
                        + live.label(Labels.APPLICATION)
                        + ") that is not to be on this cluster: it is left alone. To take it over,"
                        + " type portolan adopt application "
                        + application
                        + " --object "
                        + ref.kind()
                        + "/"
                        + ref.name());
    }

    /** Dropped from the application, and not deleted for what it may hold. */
    static Trouble kept(ObjectRef ref) {
        return new Trouble(
                ref,
                Health.HEALTHY,
                "Kept",
                "is no longer in the application and is kept for what it may hold. To remove it,"
                        + " type "
                        + GivingUp.removal(ref));
    }

    /** Whether the object is left alone because it is not ours. */
    static boolean tellsOfAnother(Trouble trouble) {
        return trouble.reason().equals(EXISTS) || trouble.reason().equals(CLAIMED);
    }

    static Trouble unknownKind(ObjectRef ref) {
        return new Trouble(
                ref,
                Health.FAILED,
                UNKNOWN_KIND,
                "the cluster does not know "
                        + ref.kind()
                        + " of "
                        + ref.apiVersion()
                        + ": it is applied as soon as the kind is there");
    }

    static Trouble leaving(ObjectTrack track, KubeObject live) {
        String again = track.isWanted() ? " and will be made again" : "";
        return new Trouble(
                track.ref,
                Health.PROGRESSING,
                "BeingDeleted",
                "is being deleted" + again + finalizers(live));
    }

    private static String writers(KubeObject live) {
        Set<String> names = new TreeSet<>();
        for (Object entry : list(live.at("metadata", "managedFields"))) {
            if (entry instanceof Map<?, ?> map && map.get("manager") instanceof String name) {
                names.add(name);
            }
        }
        return names.isEmpty() ? "" : "; " + String.join(", ", names) + " wrote it";
    }

    private static String finalizers(KubeObject live) {
        List<?> finalizers = list(live.at("metadata", "finalizers"));
        return finalizers.isEmpty()
                ? ""
                : "; finalizers keep it: "
                        + finalizers
                        + ". Who set them must take them off; nothing else waits for it";
    }

    /** Why a namespace does not end, in the words of Kubernetes. */
    static String ending(KubeObject namespace) {
        List<String> why = new ArrayList<>();
        for (Object item : list(namespace.at("status", "conditions"))) {
            if (item instanceof Map<?, ?> condition
                    && "True".equals(condition.get("status"))
                    && condition.get("message") instanceof String message) {
                why.add(message);
            }
        }
        return "namespace "
                + namespace.name()
                + " is being deleted: nothing can be made in it until it is gone, then it is made"
                + " again"
                + (why.isEmpty() ? "" : ". " + String.join("; ", why));
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
