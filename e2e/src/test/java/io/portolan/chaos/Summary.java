package io.portolan.chaos;

import io.portolan.chaos.Note.Effect;
import io.portolan.chaos.Note.Fault;
import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Post;
import io.portolan.chaos.Note.Request;
import io.portolan.chaos.Note.Sign;
import io.portolan.chaos.Note.Told;
import io.portolan.chaos.Recording.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** A recording in numbers, so that one sees whether anything was tried at all. */
final class Summary {
    private Summary() {}

    static String of(Recording recording) {
        StringBuilder out = new StringBuilder();
        for (Fault fault : recording.of(Fault.class)) {
            out.append(
                    "%9.3f s  %s %s%n"
                            .formatted(
                                    fault.at() / 1e9,
                                    fault.begins() ? "begins" : "healed",
                                    fault.what()));
        }
        line(
                out,
                "faults",
                "%d, never hit %d"
                        .formatted(
                                recording.of(Fault.class).stream().filter(Fault::begins).count(),
                                recording.of(Fault.class).stream()
                                        .filter(f -> f.what().endsWith(Nemesis.NEVER_HIT))
                                        .count()));
        Map<Outcome, Integer> requests = new EnumMap<>(Outcome.class);
        recording.of(Request.class).forEach(r -> requests.merge(r.outcome(), 1, Integer::sum));
        Map<Outcome, Integer> posts = new EnumMap<>(Outcome.class);
        recording.of(Post.class).forEach(p -> posts.merge(p.outcome(), 1, Integer::sum));
        line(out, "requests", requests);
        line(out, "failovers asked for", posts);
        line(
                out,
                "failovers made",
                "%d, ended %d"
                        .formatted(
                                recording.ends().size(),
                                recording.ends().stream().filter(Operation::ended).count()));
        line(out, "told to watchers", recording.of(Told.class).size());
        Map<String, Integer> refusals = new TreeMap<>();
        recording.of(Told.class).stream()
                .filter(t -> t.sign() == Sign.REFUSED)
                .forEach(t -> refusals.merge(t.value(), 1, Integer::sum));
        line(out, "watches put off", refusals);
        line(out, "effects in clusters", recording.of(Effect.class).size());
        line(out, "changes logged", recording.log().size());
        line(out, "terms", recording.terms().size());
        return out.toString();
    }

    private static void line(StringBuilder out, String what, Object value) {
        out.append("%-22s %s%n".formatted(what, value));
    }
}
