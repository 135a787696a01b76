package io.portolan.chaos;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Effect;
import io.portolan.chaos.Note.Runs;
import io.portolan.chaos.Recording.Change;
import io.portolan.chaos.Recording.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What agents were told and what they did. */
final class AgentRules {
    private AgentRules() {}

    static List<Broken> check(Recording recording) {
        List<Broken> broken = new ArrayList<>();
        works(recording, broken);
        effects(recording, broken);
        oneWriter(recording, broken);
        return broken;
    }

    /** Epochs and sequences of one work only rise, in what is told and in what is reported. */
    private static void works(Recording recording, List<Broken> broken) {
        Map<String, Change> last = new HashMap<>();
        for (Change change : recording.log()) {
            boolean work = change.kind() == Kind.WORK;
            if (!work && change.kind() != Kind.WORK_STATUS) {
                continue;
            }
            String key = change.kind() + " " + change.key();
            if (change.gone()) {
                last.remove(key);
                continue;
            }
            Change before = last.put(key, change);
            if (before != null
                    && (change.epochOf() < before.epochOf()
                            || change.sequence() < before.sequence()
                            || (work && change.sequence() == before.sequence()))) {
                broken.add(Broken.of(Rule.WORK, "an older one after a newer", before, change));
            }
        }
    }

    /**
     * Each application's object shows which write it was rendered from. In a cluster the writes
     * follow each other as in the log, and none comes back, unless the object went in between.
     */
    private static void effects(Recording recording, List<Broken> broken) {
        Map<String, Long> written = new HashMap<>();
        for (Change change : recording.log()) {
            if (change.kind() == Kind.APPLICATION && !change.gone() && !change.deleting()) {
                written.putIfAbsent(change.value(), change.revision());
            }
        }
        Map<String, Effect> last = new HashMap<>();
        Map<String, Boolean> went = new HashMap<>();
        for (Effect effect : recording.of(Effect.class)) {
            String at = effect.cluster() + " " + effect.key();
            if (effect.value().isEmpty()) {
                went.put(at, true);
                continue;
            }
            Long revision = written.get(effect.value());
            if (revision == null) {
                broken.add(Broken.of(Rule.WORK, "nobody wrote what was applied", effect));
                continue;
            }
            Effect before = last.put(at, effect);
            boolean anew = went.getOrDefault(at, false);
            went.put(at, false);
            if (before != null) {
                long former = written.getOrDefault(before.value(), 0L);
                if (revision < former || (revision == former && !anew)) {
                    broken.add(Broken.of(Rule.WORK, "applied again, or too late", before, effect));
                }
            }
        }
    }

    private static void oneWriter(Recording recording, List<Broken> broken) {
        Map<String, Runs> running = new HashMap<>();
        for (Runs runs : recording.of(Runs.class)) {
            Runs now = running.get(runs.key());
            if (runs.runs()) {
                if (now != null && !now.cluster().equals(runs.cluster())) {
                    broken.add(Broken.of(Rule.ONE_WRITER, "it runs in two clusters", now, runs));
                }
                running.put(runs.key(), runs);
            } else if (now != null && now.cluster().equals(runs.cluster())) {
                running.remove(runs.key());
            }
        }
    }
}
