package io.portolan.central.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the proposals of a group as if each were a transaction of its own after the one
 * before it, given what the database holds of their keys. Pure: what it finds is written
 * afterwards. Each accepted proposal that changes a row gets the next revision.
 */
final class Judgement {
    /** A row of the group's making has no revision that an author could have seen. */
    private static final long UNSEEN = -1;

    /** One row of one accepted proposal, as the change log tells it. */
    record Logged(
            long revision,
            int ordinal,
            Encoded row,
            boolean existed,
            Optional<Map<String, String>> former) {}

    /**
     * What a table's row is after the group.
     *
     * @param made the first revision that the group gave it
     */
    record Last(long revision, long made, Encoded row) {}

    private final Map<Row.Key, Long> found;
    private final Map<Row.Key, String> former;
    private final Set<Row.Key> appeared;
    private long head;

    private final Map<Row.Key, Boolean> present = new HashMap<>();
    private final List<Logged> log = new ArrayList<>();
    private final Map<Row.Key, Last> last = new LinkedHashMap<>();
    private final List<Proposal> accepted = new ArrayList<>();

    /**
     * @param found the revisions of what is there, all locked
     * @param former what is told of it when it changes, as JSON
     * @param appeared what came into being between the locks and the counter: not locked
     * @param head the counter, locked
     */
    Judgement(
            Map<Row.Key, Long> found,
            Map<Row.Key, String> former,
            Set<Row.Key> appeared,
            long head) {
        this.found = found;
        this.former = former;
        this.appeared = appeared;
        this.head = head;
    }

    /** Absent: it must begin again, with a later group. */
    Optional<CommitResult> judge(Proposal proposal) {
        for (Precondition precondition : proposal.preconditions()) {
            if (appeared.contains(precondition.key())) {
                return Optional.empty();
            }
            long there = revision(precondition.key());
            if (there != precondition.revision()) {
                return Optional.of(new CommitResult.Conflict(differs(precondition, there)));
            }
        }
        if (proposal.rows().stream().anyMatch(r -> appeared.contains(r.key()))) {
            return Optional.empty();
        }
        List<Encoded> effective =
                proposal.rows().stream().filter(r -> !r.deletes() || isThere(r.key())).toList();
        if (!effective.isEmpty()) {
            head++;
            int ordinal = 0;
            for (Encoded row : effective) {
                log.add(new Logged(head, ++ordinal, row, isThere(row.key()), former(row.key())));
                Last earlier = last.get(row.key());
                last.put(row.key(), new Last(head, earlier == null ? head : earlier.made(), row));
                present.put(row.key(), !row.deletes());
            }
        }
        accepted.add(proposal);
        return Optional.of(new CommitResult.Committed(head));
    }

    private static String differs(Precondition precondition, long there) {
        return there == UNSEEN
                ? precondition.key() + " was written at this moment"
                : precondition.key()
                        + " is at revision "
                        + there
                        + ", not "
                        + precondition.revision();
    }

    private long revision(Row.Key key) {
        @Nullable Boolean changed = present.get(key);
        if (changed == null) {
            return found.getOrDefault(key, Precondition.ABSENT);
        }
        return changed ? UNSEEN : Precondition.ABSENT;
    }

    private boolean isThere(Row.Key key) {
        return revision(key) != Precondition.ABSENT;
    }

    /** Of the row before: of the group's making, or of the database's. */
    private Optional<Map<String, String>> former(Row.Key key) {
        @Nullable Last earlier = last.get(key);
        return earlier == null
                ? Optional.ofNullable(former.get(key)).map(Former::read)
                : earlier.row().row().flatMap(Former::of);
    }

    /** Whether the database had it before the group. */
    boolean wasThere(Row.Key key) {
        return found.containsKey(key);
    }

    /** The counter after the group. */
    long head() {
        return head;
    }

    /** In order of revision. */
    List<Logged> log() {
        return log;
    }

    Iterable<Last> last() {
        return last.values();
    }

    /** In the order in which they were judged. */
    List<Proposal> accepted() {
        return accepted;
    }

    /** What the watchers are told, a transaction an entry. */
    List<Change> changes() {
        List<Change> out = new ArrayList<>();
        List<Change.Entry> entries = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            Logged logged = log.get(i);
            long revision = logged.revision();
            entries.add(
                    new Change.Entry(
                            logged.row().key(),
                            logged.row().row().map(r -> WriteSet.stamped(r, revision)),
                            logged.existed(),
                            logged.former()));
            if (i + 1 == log.size() || log.get(i + 1).revision() != revision) {
                out.add(new Change(revision, entries));
                entries.clear();
            }
        }
        return out;
    }
}
