package io.portolan.model.operation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be expected of an operation that was not begun.
 *
 * @param steps that it will take, in their order
 * @param risks sentences for people, with numbers where there are any
 * @param blocks what it will not get past by itself
 */
public record Outlook(List<Expected> steps, List<String> risks, List<String> blocks) {
    public Outlook {
        steps = List.copyOf(steps);
        risks = List.copyOf(risks);
        blocks = List.copyOf(blocks);
    }

    /** How long it takes in all; empty where that is not known of each step. */
    public Optional<Duration> usually() {
        return steps.stream().anyMatch(s -> s.usually().isEmpty())
                ? Optional.empty()
                : steps.stream().map(s -> s.usually().orElseThrow()).reduce(Duration::plus);
    }

    /**
     * A step.
     *
     * @param waitsFor who has to do what until it ends
     * @param usually the median of what it took before; empty where nothing is known
     */
    public record Expected(Failover.State state, String waitsFor, Optional<Duration> usually) {}
}
