package io.portolan.sim;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.bench.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks for lives that break an invariant, and for the seeds that find each planted fault. */
@Command(
        name = "e2e/simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        separator = " ",
        header = "Lives whole fleets, in each of which a seed chooses what goes wrong.",
        description = {
            "",
            "The invariants of DESIGN.md section 7 are checked after every event"
                    + " (docs/design/safety.md). A life that breaks one is told with its trace, and"
                    + " once more as short as it could be made, with the command that repeats it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  e2e/simulate --seeds 1000                   a thousand lives",
            "  e2e/simulate --seeds 50 --from 7 --hours 2  longer ones, from seed 7 on",
            "  e2e/simulate --seeds 1 --from 17 --without faults,web,1-6",
            "                                              one of them, less a part of its troubles",
            "  e2e/simulate --planted                      whether each planted fault is found",
            "  e2e/simulate --planted --plant EPOCH_KEPT   how one of them is found",
            "",
            "Exit codes: 0 all held, or each planted fault was found; 1 not; 2 wrong usage."
        })
final class Simulate implements Callable<Integer> {
    /** By then a planted fault must have been found. */
    private static final int PLANTED_SEEDS = 1_000;

    private static final Logger ROOT = Logger.getLogger("");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "200",
            description = "how many lives (${DEFAULT-VALUE})")
    int seeds;

    @Option(
            names = "--from",
            paramLabel = "S",
            defaultValue = "1",
            description = "the first seed (${DEFAULT-VALUE})")
    long from;

    @Option(
            names = "--hours",
            paramLabel = "H",
            defaultValue = "0.05",
            description =
                    "for how long there is trouble in each, in its own time (${DEFAULT-VALUE})")
    double hours;

    @Option(
            names = "--without",
            paramLabel = "PART,...",
            defaultValue = "",
            description =
                    "what to leave out: numbers of strikes, such as 1-6,9, and faults, drift, guard,"
                            + " gates, room, standbys, web, ledger, us-east")
    String without = "";

    @Option(names = "--planted", description = "look for each planted fault instead")
    boolean planted;

    @Option(
            names = "--plant",
            paramLabel = "FAULT",
            description =
                    "look for this one, and tell how it was found unless --planted: "
                            + "${COMPLETION-CANDIDATES}")
    Optional<Plant> plant = Optional.empty();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "write the figures to this file, too")
    Optional<Path> json = Optional.empty();

    @Spec CommandSpec spec;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) {
        ROOT.setLevel(Level.SEVERE);
        System.exit(new CommandLine(new Simulate()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Set<String> left;
        try {
            left = without.isEmpty() ? Set.of() : Script.read(without);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (plant.isPresent() && !planted) {
            return told(plant.get(), left) ? 0 : 1;
        }
        return (planted ? planted() : lives(left)) ? 0 : 1;
    }

    private Duration span() {
        return Duration.ofMillis(Math.round(hours * 3_600_000));
    }

    private boolean lives(Set<String> left) throws IOException {
        long nanos = 0;
        long events = 0;
        Duration age = Duration.ZERO;
        int violations = 0;
        for (long seed = from; seed < from + seeds; seed++) {
            Script script = new Script(seed, span(), left);
            long began = System.nanoTime();
            try {
                Simulation.Lived lived = Simulation.live(script, Plant.NONE);
                nanos += System.nanoTime() - began;
                events += lived.events();
                age = age.plus(lived.age());
            } catch (Violation violation) {
                violations++;
                tell(script, violation, Plant.NONE);
            }
        }
        // Of the lives that were lived to their end.
        double seconds = Math.max(1, nanos) / 1e9;
        Figures figures = new Figures("simulate");
        figures.add("seeds", "1", seeds);
        figures.add("violations", "1", violations, 0);
        figures.add("events_per_s", "1", events / seconds);
        figures.add("virtual_hours_per_minute", "1", age.toMillis() / 60_000.0 / seconds);
        out.print(figures.table());
        write(JsonParser.parseString(figures.json()).getAsJsonObject());
        return violations == 0;
    }

    private void tell(Script script, Violation violation, Plant plant) {
        out.println("seed " + script.seed() + ": " + violation.getMessage() + "\n");
        if (script.leavable().isEmpty()) {
            return;
        }
        Shrinking.Shrunk shrunk = Shrinking.of(script, violation, s -> broken(s, plant));
        out.println("As short as it could be made: " + shrunk.violation().getMessage() + "\n");
    }

    private static Optional<Violation> broken(Script script, Plant plant) {
        try {
            Simulation.live(script, plant);
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        }
    }

    private boolean planted() throws IOException {
        Map<Plant, Long> caught = new TreeMap<>();
        List<Plant> all = plant.map(List::of).orElseGet(Plant::faults);
        for (Plant one : all) {
            Optional<Violation> found = Optional.empty();
            for (long seed = from; seed < from + PLANTED_SEEDS && found.isEmpty(); seed++) {
                found = broken(Script.of(seed, one.span()), one).filter(one::foundBy);
                if (found.isPresent()) {
                    caught.put(one, seed);
                }
            }
            out.println(
                    "%-26s %s"
                            .formatted(
                                    one,
                                    found.map(v -> "seed " + caught.get(one) + ", " + v.brief())
                                            .orElse("was not found")));
        }
        Figures figures = new Figures("simulate --planted");
        figures.add("planted", "1", all.size());
        figures.add("caught", "1", caught.size(), all.size());
        out.print(figures.table());
        JsonObject document = JsonParser.parseString(figures.json()).getAsJsonObject();
        JsonObject seedsOf = new JsonObject();
        caught.forEach((one, seed) -> seedsOf.addProperty(one.name(), seed));
        document.add("seeds", seedsOf);
        write(document);
        return caught.size() == all.size();
    }

    /** How a planted fault is found first. */
    private boolean told(Plant plant, Set<String> left) {
        for (long seed = from; seed < from + PLANTED_SEEDS; seed++) {
            Script script = new Script(seed, plant.span(), left);
            Optional<Violation> found = broken(script, plant).filter(plant::foundBy);
            if (found.isPresent()) {
                tell(script, found.get(), plant);
                return true;
            }
        }
        out.println(plant + " was not found");
        return false;
    }

    private void write(JsonObject document) throws IOException {
        if (json.isPresent()) {
            Files.writeString(
                    json.get(),
                    new GsonBuilder().setPrettyPrinting().create().toJson(document) + "\n");
        }
    }
}
