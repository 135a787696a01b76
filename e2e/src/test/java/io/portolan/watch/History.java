package io.portolan.watch;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What was written and what each reader was told of it.
 *
 * @param commits everything that was committed to the keys that anybody reads, by any writer
 * @param readers who watched
 * @param end what the store holds in the end, read past the change log
 * @param horizon of the change log in the end: a position below it may have been refused
 */
public record History(
        List<Commit> commits, List<Reader> readers, Map<String, String> end, long horizon) {
    public History {
        commits = List.copyOf(commits);
        readers = List.copyOf(readers);
        end = Map.copyOf(end);
    }

    /**
     * One transaction.
     *
     * @param changes by key; empty: deleted
     */
    public record Commit(long revision, Map<String, Optional<String>> changes) {
        public Commit {
            changes = Map.copyOf(changes);
        }
    }

    /**
     * @param selects which keys it asked for
     * @param seen in the order in which it was told
     */
    public record Reader(String name, Predicate<String> selects, List<Seen> seen) {
        public Reader {
            seen = List.copyOf(seen);
        }
    }

    /** What a reader did or was told. */
    public sealed interface Seen {
        /**
         * It connected.
         *
         * @param after resumes there; empty: wants to be shown what is there
         */
        record Opened(OptionalLong after) implements Seen {
            public static Opened anew() {
                return new Opened(OptionalLong.empty());
            }

            public static Opened after(long revision) {
                return new Opened(OptionalLong.of(revision));
            }
        }

        /** It was shown everything as of a revision, and goes on from there. */
        record Listed(long revision, Map<String, String> state) implements Seen {
            public Listed {
                state = Map.copyOf(state);
            }
        }

        /** All that it was told together, under one revision from which it could resume. */
        record Changed(long revision, Map<String, Optional<String>> changes) implements Seen {
            public Changed {
                changes = Map.copyOf(changes);
            }
        }

        /** It was told that it has everything up to there. */
        record Bookmarked(long revision) implements Seen {}

        /** Its position was refused: history does not reach back so far. */
        record Compacted() implements Seen {}
    }
}
