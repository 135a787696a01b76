package io.portolan.model.operation;

import io.portolan.model.dr.PreflightCheck;

/**
 * What one check of the preflight found.
 *
 * @param detail with the numbers that it was judged by
 */
public record Checked(PreflightCheck name, Outcome outcome, String detail) {
    /** How it went. */
    public enum Outcome {
        PASSED,
        /** It goes on, and whoever asked should know. */
        WARNING,
        /** It failed, and an operator said that it goes on. */
        OVERRIDDEN,
        FAILED;

        @Override
        public String toString() {
            return io.portolan.model.Names.camel(this);
        }
    }
}
