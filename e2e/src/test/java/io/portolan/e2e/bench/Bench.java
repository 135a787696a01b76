package io.portolan.e2e.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code e2e/bench SCENARIO [--json FILE]}. */
public final class Bench {
    private Bench() {}

    /** Exit codes: 0 measured, 1 the scenario failed, 2 wrong usage. */
    public static void main(String[] arguments) throws Exception {
        Optional<Scenario> scenario =
                arguments.length == 0 ? Optional.empty() : Scenario.find(arguments[0]);
        boolean json = arguments.length == 3 && arguments[1].equals("--json");
        if (scenario.isEmpty() || (arguments.length != 1 && !json)) {
            System.err.println("usage: e2e/bench SCENARIO [--json FILE]\n\n" + scenarios());
            System.exit(2);
        }
        Figures figures = new Figures(scenario.get().title());
        scenario.get().measure(figures);
        System.out.print(figures.table());
        if (json) {
            Files.writeString(Path.of(arguments[2]), figures.json() + "\n");
        }
        System.exit(0);
    }

    private static String scenarios() {
        return Arrays.stream(Scenario.values())
                .map(s -> "  %-14s %s".formatted(s.title(), s.summary()))
                .collect(Collectors.joining("\n"));
    }
}
