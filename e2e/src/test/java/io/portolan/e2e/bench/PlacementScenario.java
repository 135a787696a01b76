package io.portolan.e2e.bench;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Decisions of the placement engine in one thread, by JMH: {@link PlacementBenchmark} in a fresh
 * process for each size, policy and way to be asked, once for how many there are in a second and
 * what each allocates, once for how long single ones take.
 */
final class PlacementScenario {
    private static final TimeValue WARM = TimeValue.milliseconds(1_500);
    private static final TimeValue MEASURED = TimeValue.seconds(2);
    private static final List<Integer> SIZES = List.of(10, 100, 1_000, 10_000);

    /** The goals of a fresh decision, whatever the size. */
    private record Goal(String policy, double perSecond, double p99Us) {}

    private static final List<Goal> GOALS =
            List.of(new Goal("simple", 10_000, 1_000), new Goal("rich", 2_000, 3_000));

    private PlacementScenario() {}

    /**
     * @param forks processes of each measurement, one after the other, whose results are joined
     */
    static void measure(Figures into, int forks) throws RunnerException {
        Results results =
                new Results(
                        new Runner(
                                        new OptionsBuilder()
                                                .include(PlacementBenchmark.class.getName() + "\\.")
                                                .mode(Mode.Throughput)
                                                .mode(Mode.SampleTime)
                                                .timeUnit(TimeUnit.MICROSECONDS)
                                                .warmupIterations(1)
                                                .warmupTime(WARM)
                                                .measurementIterations(1)
                                                .measurementTime(MEASURED)
                                                .forks(forks)
                                                .addProfiler(GCProfiler.class)
                                                .shouldFailOnError(true)
                                                .verbosity(VerboseMode.SILENT)
                                                .build())
                                .run());
        for (int size : SIZES) {
            for (Goal goal : GOALS) {
                String name = goal.policy + "_" + size;
                Measured fresh = results.of("fresh", goal.policy, size);
                into.add(name + "_per_s", "1", fresh.perSecond(), goal.perSecond);
                into.add(name + "_p99_us", "us", fresh.p99Us(), goal.p99Us);
                into.add(name + "_alloc_kb", "kb", fresh.allocated() / 1_024);
                Measured incremental = results.of("incremental", goal.policy, size);
                into.add(name + "_incremental_per_s", "1", incremental.perSecond());
                into.add(name + "_incremental_p99_us", "us", incremental.p99Us());
            }
        }
    }

    private record Results(Collection<RunResult> all) {
        Measured of(String way, String policy, int size) {
            return new Measured(
                    one(way, policy, size, Mode.Throughput),
                    one(way, policy, size, Mode.SampleTime));
        }

        private RunResult one(String way, String policy, int size, Mode mode) {
            return all.stream()
                    .filter(r -> r.getParams().getMode() == mode)
                    .filter(r -> r.getParams().getBenchmark().endsWith("." + way))
                    .filter(r -> r.getParams().getParam("policy").equals(policy))
                    .filter(r -> r.getParams().getParam("clusters").equals(Integer.toString(size)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private record Measured(RunResult throughput, RunResult times) {
        double perSecond() {
            return throughput.getPrimaryResult().getScore() * 1e6;
        }

        double p99Us() {
            return times.getPrimaryResult().getStatistics().getPercentile(99);
        }

        /** Bytes of one decision. */
        double allocated() {
            return Optional.ofNullable(throughput.getSecondaryResults().get("gc.alloc.rate.norm"))
                    .map(Result::getScore)
                    .orElseThrow();
        }
    }
}
