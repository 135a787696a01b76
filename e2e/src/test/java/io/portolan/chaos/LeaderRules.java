package io.portolan.chaos;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Post;
import io.portolan.chaos.Recording.Change;
import io.portolan.chaos.Recording.Kind;
import io.portolan.chaos.Recording.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who may decide, and what was asked for once. */
final class LeaderRules {
    private LeaderRules() {}

    static List<Broken> check(Recording recording) {
        List<Broken> broken = new ArrayList<>();
        fenced(recording, broken);
        terms(recording, broken);
        once(recording, broken);
        return broken;
    }

    /**
     * A term that was given up names nobody. What was under way then is still of that term, since
     * the next one cannot begin before it ends: the epoch tells whose it was.
     */
    private static void fenced(Recording recording, List<Broken> broken) {
        Map<Long, String> leaders = new HashMap<>();
        recording.terms().forEach(term -> leaders.put(term.epoch(), term.node()));
        recording.log().stream()
                .filter(change -> !change.leader().isEmpty())
                .forEach(change -> leaders.put(change.epoch(), change.leader()));
        long epoch = 0;
        for (Change change : recording.log()) {
            String leader = leaders.getOrDefault(change.epoch(), "");
            if (change.controllers() && !change.node().equals(leader)) {
                broken.add(
                        Broken.of(
                                Rule.FENCED,
                                change.node()
                                        + " decided in the term of "
                                        + leader
                                        + ", epoch "
                                        + change.epoch(),
                                change));
            }
            if (change.epoch() < epoch) {
                broken.add(Broken.of(Rule.FENCED, "the epoch was " + epoch + " before", change));
            }
            epoch = Math.max(epoch, change.epoch());
        }
    }

    private static void terms(Recording recording, List<Broken> broken) {
        for (int i = 1; i < recording.terms().size(); i++) {
            Term before = recording.terms().get(i - 1);
            Term term = recording.terms().get(i);
            if (term.epoch() != before.epoch() + 1) {
                broken.add(Broken.of(Rule.TERMS, "terms do not follow", before, term));
            }
        }
    }

    private static void once(Recording recording, List<Broken> broken) {
        Map<String, Set<String>> made = new HashMap<>();
        for (Change change : recording.log()) {
            if (change.kind() == Kind.OPERATION && !change.value().isEmpty()) {
                made.computeIfAbsent(change.value(), _ -> new HashSet<>()).add(change.uid());
            }
        }
        Map<String, List<Post>> tries = new HashMap<>();
        for (Post post : recording.of(Post.class)) {
            tries.computeIfAbsent(post.id(), _ -> new ArrayList<>()).add(post);
        }
        tries.forEach(
                (id, posts) -> {
                    Set<String> operations = made.getOrDefault(id, Set.of());
                    Set<String> told = new HashSet<>();
                    posts.stream()
                            .filter(p -> p.outcome() == Outcome.DONE)
                            .forEach(p -> told.add(p.operation()));
                    boolean right =
                            told.isEmpty() ? operations.size() <= 1 : operations.equals(told);
                    boolean refused = posts.stream().allMatch(p -> p.outcome() == Outcome.REFUSED);
                    if (!right || told.size() > 1 || (refused && !operations.isEmpty())) {
                        broken.add(
                                Broken.of(
                                        Rule.ONCE,
                                        "made " + operations + ", told " + told,
                                        posts.toArray()));
                    }
                });
    }
}
