package io.portolan.model.operation;

import io.portolan.model.Uid;
import java.time.Instant;

/**
 * Something that happened to a resource, for people.
 *
 * @param subject the uid of the resource
 * @param actor who did it: {@code user:alice}, {@code cluster:c1}, {@code central}
 */
public record EventRecord(
        Uid subject, Instant at, Severity severity, String reason, String message, String actor) {
    /** How much a person should care. */
    public enum Severity {
        NORMAL,
        WARNING;

        @Override
        public String toString() {
            return io.portolan.model.Names.camel(this);
        }
    }
}
