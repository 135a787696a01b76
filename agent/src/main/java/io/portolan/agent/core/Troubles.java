package io.portolan.agent.core;

import io.portolan.model.app.Health;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The troubles of an application in the order in which a person wants to read them. */
final class Troubles {
    private static final int MOST = 20;

    /** What is only said because pods do not come up: their own words tell more, and go first. */
    private static final Set<String> SYMPTOMS =
            Set.of("ProgressDeadlineExceeded", "NotAvailable", "NotReady", "RollingOut");

    private static final Comparator<Trouble> ORDER =
            Comparator.comparing((Trouble t) -> SYMPTOMS.contains(t.reason()))
                    .thenComparing(Comparator.comparing(Trouble::health).reversed())
                    .thenComparing(Trouble::object);

    private Troubles() {}

    static List<Trouble> ofPods(Application application) {
        List<Trouble> troubles = new ArrayList<>();
        for (PodNote pod : application.pods.values()) {
            Trouble trouble = pod.trouble();
            if (trouble != null) {
                troubles.add(trouble);
            }
        }
        return troubles;
    }

    /** A pod that cannot start makes the application ill long before a deadline says so. */
    static Health fate(Application application) {
        boolean stuck =
                application.stopping == null
                        && application.pods.values().stream()
                                .filter(p -> !p.ended())
                                .map(PodNote::trouble)
                                .anyMatch(t -> t != null && t.health() == Health.FAILED);
        return stuck ? Health.DEGRADED : Health.HEALTHY;
    }

    /** With their ages, one for all pods that suffer alike, worst first, at most twenty. */
    static List<Trouble> shown(Application application, List<Trouble> troubles, Instant now) {
        Map<ObjectRef, Instant> ill = application.ill;
        ill.keySet().retainAll(troubles.stream().map(Trouble::object).collect(Collectors.toSet()));
        troubles.forEach(t -> ill.putIfAbsent(t.object(), now));
        Map<List<Object>, List<Trouble>> alike = new LinkedHashMap<>();
        // A pod that the application holds itself is told as one of its objects and as a pod.
        troubles.stream()
                .distinct()
                .sorted(ORDER)
                .forEach(t -> alike.computeIfAbsent(likeness(t), _ -> new ArrayList<>()).add(t));
        return alike.values().stream().limit(MOST).map(same -> one(same, ill)).toList();
    }

    private static List<Object> likeness(Trouble t) {
        return t.object().kind().equals("Pod")
                ? List.of(t.object().namespace(), t.health(), t.reason(), t.message())
                : List.of(t);
    }

    private static Trouble one(List<Trouble> same, Map<ObjectRef, Instant> ill) {
        Trouble first = same.getFirst();
        int others = same.size() - 1;
        return new Trouble(
                first.object(),
                first.health(),
                first.reason(),
                first.message()
                        + (others == 0
                                ? ""
                                : " (and "
                                        + others
                                        + " more "
                                        + (others == 1 ? "pod" : "pods")
                                        + ")"),
                same.stream()
                        .flatMap(t -> Optional.ofNullable(ill.get(t.object())).stream())
                        .min(Comparator.naturalOrder()));
    }
}
