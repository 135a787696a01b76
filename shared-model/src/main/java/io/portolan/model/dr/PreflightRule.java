package io.portolan.model.dr;

import io.portolan.model.Check;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How strict the preflight is.
 *
 * @param overridable checks that an operator may override, by name and with a reason
 */
public record PreflightRule(Set<PreflightCheck> overridable) {
    /** Nothing may be overridden. */
    public static final PreflightRule STRICT = new PreflightRule(Set.of());

    public PreflightRule {
        overridable = Set.copyOf(overridable);
    }

    /** In the order of their declaration, so that equal rules are written equally. */
    @Override
    public Set<PreflightCheck> overridable() {
        return new TreeSet<>(overridable);
    }

    void check(Check at) {
        for (PreflightCheck check : overridable()) {
            at.at("overridable")
                    .require(
                            check.overridable(),
                            check
                                    + " cannot be overridden, only "
                                    + Arrays.stream(PreflightCheck.values())
                                            .filter(PreflightCheck::overridable)
                                            .map(PreflightCheck::toString)
                                            .collect(Collectors.joining(", ")));
        }
    }
}
