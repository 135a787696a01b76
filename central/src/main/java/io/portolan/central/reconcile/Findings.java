package io.portolan.central.reconcile;

import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What agents found about an application beside its health: fields that others hold or change, a
 * stop that could not be proved. One condition of a type, with the clusters that found it.
 */
final class Findings {
    /** Central says these itself, of all clusters together. */
    private static final Set<String> CENTRALS = Set.of("Placed", "Applied", "Healthy");

    /** Of one condition's message: a status stays small however many fields are meant. */
    private static final int LONG = 2_000;

    private Findings() {}

    static List<Condition> of(List<Part> parts, Instant now) {
        Map<String, Condition> byType = new TreeMap<>();
        for (Part part : parts) {
            if (!part.told().heard() || part.current().isEmpty()) {
                continue;
            }
            for (Condition found : part.current().get().conditions()) {
                if (found.truth() == Truth.TRUE && !CENTRALS.contains(found.type())) {
                    byType.merge(found.type(), of(part, found, now), Findings::both);
                }
            }
        }
        return new ArrayList<>(byType.values());
    }

    private static Condition of(Part part, Condition found, Instant now) {
        return with(found, part.told().cluster() + ": " + found.message(), now);
    }

    private static Condition both(Condition one, Condition other) {
        return with(one, one.message() + "; " + other.message(), one.since());
    }

    private static Condition with(Condition found, String message, Instant since) {
        String shown = message.length() <= LONG ? message : message.substring(0, LONG) + "...";
        return new Condition(found.type(), Truth.TRUE, found.reason(), shown, since);
    }
}
