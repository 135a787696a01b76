package io.portolan.placement;

import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * Something that holds in every case. A case is made from a seed, which the name of the test shows;
 * where the property does not hold, the smallest case that still breaks it is told in the words of
 * {@link Scenario}.
 */
@FunctionalInterface
interface Property {
    /**
     * @param random the same on each run of one seed, for what the property tries with the case
     * @throws AssertionError where it does not hold
     */
    void check(Scenario.Given given, Random random);

    static void holds(long seed, Function<Random, Scenario> cases, Property property) {
        Scenario scenario = cases.apply(new Random(seed));
        Optional<Throwable> failure = failure(scenario, seed, property);
        if (failure.isPresent()) {
            Class<?> kind = failure.get().getClass();
            Scenario smallest =
                    Shrinker.smallest(
                            scenario,
                            s -> failure(s, seed, property).filter(kind::isInstance).isPresent());
            Throwable cause = failure(smallest, seed, property).orElseThrow();
            throw new AssertionError(
                    "seed %d, smallest case that fails:%n%s%n%s"
                            .formatted(seed, smallest, decision(smallest)),
                    cause);
        }
    }

    /** Empty where it holds, or where the case cannot be read. */
    private static Optional<Throwable> failure(Scenario scenario, long seed, Property property) {
        Scenario.Given given;
        try {
            given = scenario.read();
        } catch (IllegalArgumentException | UncheckedIOException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
        try {
            property.check(given, new Random(seed));
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e);
        }
    }

    private static String decision(Scenario scenario) {
        try {
            return Scenario.told(scenario.read().place());
        } catch (RuntimeException e) {
            return "the engine throws: " + e;
        }
    }
}
