package io.portolan.agent.core;

import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fields that Kubernetes lets nobody change in an object that exists: a Job's template, a Service's
 * clusterIP, a StatefulSet's volume claims, a Deployment's selector. Only another object can differ
 * there, and only the application's owner can say that the present one may go.
 */
final class Unchangeable {
    /** On an object: it may be deleted and made again where a change of it asks for that. */
    static final String RECREATE = "portolan.io/recreate";

    /** What they hold would go with them, whatever an annotation says. */
    private static final Set<String> NEVER_RECREATED =
            Set.of(
                    "PersistentVolumeClaim",
                    "PersistentVolume",
                    "Namespace",
                    "CustomResourceDefinition");

    private static final Pattern MEANT =
            Pattern.compile(
                    "immutable|may not change once set|may not be changed|cannot change roleRef"
                            + "|updates to [\\w ]+ for fields other than"
                            + "|pod updates may not change fields other than"
                            + "|updates to parameters are forbidden");
    private static final Pattern FIELD =
            Pattern.compile("([a-z]\\w*(?:[.\\[]\\S*?)?): (?:Invalid value|Forbidden): ");
    private static final int QUOTED = 400;

    private Unchangeable() {}

    /** Whether this is why an object that exists was not changed. */
    static boolean meant(int code, String message) {
        return code == 422 && MEANT.matcher(message).find();
    }

    static boolean mayRecreate(KubeObject desired) {
        return "true".equals(desired.map("metadata", "annotations").get(RECREATE))
                && !NEVER_RECREATED.contains(desired.kind());
    }

    /** Whether the claims that it made for its pods are deleted with it. */
    static boolean takesClaimsAlong(KubeObject object) {
        return object.kind().equals("StatefulSet")
                && "Delete"
                        .equals(
                                object.at(
                                        "spec",
                                        "persistentVolumeClaimRetentionPolicy",
                                        "whenDeleted"));
    }

    static Trouble claimsWouldGo(ObjectRef ref, String message) {
        return told(
                ref,
                message,
                "It is not made anew, since its volume claims would be deleted with it:"
                        + " spec.persistentVolumeClaimRetentionPolicy.whenDeleted is Delete. Take"
                        + " the change back, or set that to Retain first, in a change of its own");
    }

    static Trouble trouble(ObjectRef ref, String message, boolean recreated) {
        String way;
        if (NEVER_RECREATED.contains(ref.kind())) {
            way =
                    "It is never made anew, since what it holds would be lost: take the change back,"
                            + " or use another name";
        } else if (recreated) {
            way = "It was made anew for this already, and something changes it each time";
        } else {
            way =
                    "Take the change back, use another name, or let it be deleted and made anew by"
                            + " the annotation "
                            + RECREATE
                            + ": \"true\" on the object";
        }
        return told(ref, message, way);
    }

    private static Trouble told(ObjectRef ref, String message, String way) {
        return new Trouble(
                ref,
                Health.FAILED,
                "CannotBeChanged",
                field(message)
                        + " of a "
                        + ref.kind()
                        + " that exists cannot be changed. "
                        + way
                        + ". Kubernetes says: "
                        + (message.length() <= QUOTED
                                ? message
                                : message.substring(0, QUOTED) + "..."));
    }

    private static String field(String message) {
        Matcher field = FIELD.matcher(message);
        return field.find() ? field.group(1) : "what the application changes";
    }
}
