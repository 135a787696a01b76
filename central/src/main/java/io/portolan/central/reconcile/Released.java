package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * That somebody has looked at clusters that returned and are held ({@code onReturn: hold}), as the
 * application's annotation says: {@code eu-west@7, eu-north@7}. Each is of an epoch of the
 * application, so a word that is left standing frees nothing that is lost and returns later.
 */
public final class Released {
    public static final String ANNOTATION = "portolan.io/release";

    private static final String CONDITION = "ReturnHeld";
    private static final Pattern WORD = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?@[0-9]+");

    private Released() {}

    static boolean is(
            FleetImage image, Resource<?> application, Assignment assignment, Uid cluster) {
        return words(application.metadata())
                .anyMatch((image.clusterName(cluster) + "@" + assignment.epoch())::equals);
    }

    /** The words that mean nothing. */
    public static List<String> meaningless(Metadata application) {
        return words(application).filter(w -> !WORD.matcher(w).matches()).toList();
    }

    private static Stream<String> words(Metadata application) {
        return Stream.of(application.annotations().getOrDefault(ANNOTATION, "").split(","))
                .map(String::strip)
                .filter(w -> !w.isEmpty());
    }

    /** What waits to be looked at, of clusters that are heard. */
    static Optional<Condition> awaited(
            FleetImage image,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            Instant now) {
        List<String> held =
                assignment.members().stream()
                        .filter(Member::held)
                        .filter(m -> image.reach(m.cluster()) == Reach.READY)
                        .map(m -> image.clusterName(m.cluster()))
                        .sorted()
                        .toList();
        if (held.isEmpty()) {
            return Optional.empty();
        }
        Metadata named = application.metadata();
        return Optional.of(
                new Condition(
                        CONDITION,
                        Truth.TRUE,
                        "Held",
                        String.join(", ", held)
                                + " returned and is kept quarantined, as its policy has it"
                                + " (onReturn: hold), until somebody has looked; type: "
                                + held.stream()
                                        .map(
                                                cluster ->
                                                        "portolan release "
                                                                + named.tenant()
                                                                + "/"
                                                                + named.name()
                                                                + " --cluster "
                                                                + cluster
                                                                + " --comment WHY")
                                        .collect(Collectors.joining(", ")),
                        now));
    }
}
