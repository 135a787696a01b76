package io.portolan.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One observation, as Kubernetes' API conventions define conditions: a state, not an event.
 *
 * @param type CamelCase, positive where possible: {@code Placed}, {@code Healthy}
 * @param reason CamelCase, stable, for programs
 * @param message for people: cause and next step
 * @param since when {@code truth} last changed
 */
public record Condition(String type, Truth truth, String reason, String message, Instant since) {
    /** Unknown is never shown as the last good news. */
    public enum Truth {
        TRUE,
        FALSE,
        UNKNOWN;

        @Override
        public String toString() {
            return Names.camel(this);
        }
    }

    /** Keeps {@code since} of the former condition of this type when the truth did not change. */
    public Condition keepingSince(List<Condition> former) {
        return find(former, type)
                .filter(c -> c.truth == truth)
                .map(c -> new Condition(type, truth, reason, message, c.since))
                .orElse(this);
    }

    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type.equals(type)).findFirst();
    }
}
