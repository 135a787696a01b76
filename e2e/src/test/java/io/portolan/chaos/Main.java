package io.portolan.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** {@code e2e/chaos}: faults at random, for as long as it is told. */
public final class Main {
    private static final String USAGE =
            """
            usage: e2e/chaos [--minutes N] [--seed S] [--faults KIND,KIND]

            Runs three central nodes on a PostgreSQL of their own, with users, watchers and agents, while
            faults strike one after another, and judges what was recorded. Exit codes: 0 everything held,
            1 a rule was broken, 2 usage.

              --minutes N   how long faults strike (5)
              --seed S      which faults, on which nodes, for how long; printed, so that it can be given again
              --faults ...  only these:
            """;

    private Main() {}

    /** What was asked for. */
    private record Wish(long minutes, long seed, List<FaultKind> kinds) {}

    public static void main(String[] arguments) throws Exception {
        Wish wish;
        try {
            if (List.of(arguments).contains("--help")) {
                System.out.print(usage());
                System.exit(0);
            }
            wish = wish(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("e2e/chaos: " + e.getMessage());
            System.err.print(usage());
            System.exit(2);
            return;
        }
        System.exit(run(wish) ? 0 : 1);
    }

    private static String usage() {
        StringBuilder out = new StringBuilder(USAGE);
        for (FaultKind kind : FaultKind.values()) {
            out.append("                  %-22s %s%n".formatted(kind, kind.words()));
        }
        return out.toString();
    }

    private static Wish wish(List<String> arguments) {
        long minutes = 5;
        long seed = System.nanoTime() % 1_000_000_000;
        List<FaultKind> kinds = List.of(FaultKind.values());
        for (int i = 0; i < arguments.size(); i += 2) {
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(arguments.get(i) + " needs a value");
            }
            String value = arguments.get(i + 1);
            switch (arguments.get(i)) {
                case "--minutes" -> minutes = number("--minutes", value);
                case "--seed" -> seed = number("--seed", value);
                case "--faults" -> kinds = kinds(value);
                default -> throw new IllegalArgumentException("unknown " + arguments.get(i));
            }
        }
        return new Wish(minutes, seed, kinds);
    }

    private static long number(String flag, String value) {
        if (!value.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException(flag + " must be a number, was " + value);
        }
        return Long.parseLong(value);
    }

    private static List<FaultKind> kinds(String value) {
        List<FaultKind> out = new ArrayList<>();
        for (String name : value.split(",", -1)) {
            try {
                out.add(FaultKind.valueOf(name));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--faults: there is no " + name, e);
            }
        }
        return out;
    }

    private static boolean run(Wish wish) throws Exception {
        System.out.println("seed " + wish.seed() + ", " + wish.minutes() + " minutes");
        List<FaultKind> kinds = new ArrayList<>();
        for (FaultKind kind : wish.kinds()) {
            Nemesis.unavailable(kind)
                    .ifPresentOrElse(
                            why -> System.out.println("skipped " + kind + ": " + why),
                            () -> kinds.add(kind));
        }
        Random random = new Random(wish.seed());
        try (Chaos chaos = Chaos.start(wish.seed())) {
            chaos.load();
            long until = System.nanoTime() + Duration.ofMinutes(wish.minutes()).toNanos();
            while (System.nanoTime() < until && !kinds.isEmpty()) {
                FaultKind kind = kinds.get(random.nextInt(kinds.size()));
                chaos.nemesis().strike(kind, Duration.ofMillis(500), Duration.ofSeconds(8));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(200, 4_000));
            }
            Recording recording = chaos.end();
            System.out.print(Summary.of(recording));
            List<Broken> broken = Checker.check(recording);
            System.out.println("history                " + chaos.recorder().file());
            broken.stream().limit(20).forEach(System.out::println);
            System.out.println(
                    broken.isEmpty()
                            ? "everything held, seed " + wish.seed()
                            : broken.size() + " times a rule was broken, seed " + wish.seed());
            return broken.isEmpty();
        }
    }
}
