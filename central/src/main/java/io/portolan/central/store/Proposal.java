package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A commit on its way, written out as far as can be done without the database. */
final class Proposal {
    /** An event as it is stored. */
    record Told(String subject, String body) {}

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Authority authority;
    private final List<Precondition> preconditions;
    private final List<Encoded> rows;
    private final Map<Digest, byte[]> contents;
    private final Map<Digest, byte[]> zipped;
    private final List<Told> events;
    private final List<String> audit;
    private final CompletableFuture<CommitResult> answer = new CompletableFuture<>();

    private final long made = System.nanoTime();

    /** Owned by the lane that it waits in. */
    private int attempts;

    Proposal(Authority authority, List<Precondition> preconditions, List<Write> writes) {
        WriteSet set = WriteSet.of(writes);
        this.authority = authority;
        this.preconditions = List.copyOf(preconditions);
        this.rows =
                set.rows().entrySet().stream()
                        .map(e -> Encoded.of(e.getKey(), e.getValue()))
                        .toList();
        this.contents = set.contents();
        this.zipped =
                contents.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, e -> RecordSql.zip(e.getValue())));
        this.events =
                set.events().stream()
                        .map(e -> new Told(e.subject().value(), Codec.lenient().text(e)))
                        .toList();
        this.audit = set.audit().stream().map(a -> Codec.lenient().text(a)).toList();
    }

    Authority authority() {
        return authority;
    }

    List<Precondition> preconditions() {
        return preconditions;
    }

    List<Encoded> rows() {
        return rows;
    }

    /** Of all rows that it writes or has a precondition on; some may come twice. */
    Stream<Row.Key> keys() {
        return Stream.concat(
                rows.stream().map(Encoded::key), preconditions.stream().map(Precondition::key));
    }

    /** Of the rows that its author saw, and that must be there. */
    Set<Row.Key> seen() {
        return preconditions.stream()
                .filter(p -> p.revision() != Precondition.ABSENT)
                .map(Precondition::key)
                .collect(Collectors.toSet());
    }

    /** As they were given. */
    Map<Digest, byte[]> contents() {
        return contents;
    }

    Map<Digest, byte[]> zipped() {
        return zipped;
    }

    List<Told> events() {
        return events;
    }

    List<String> audit() {
        return audit;
    }

    Optional<Authority.Idempotency> claim() {
        return authority instanceof Authority.Api(var idempotency) ? idempotency : Optional.empty();
    }

    /** Of a failover: it must not wait behind bulk. */
    boolean urgent() {
        return rows.stream().anyMatch(r -> r.table() == Table.OPERATION);
    }

    /** How much work it is to write, roughly in rows. */
    int weight() {
        return 1 + rows.size() + preconditions.size();
    }

    /** Whether its author has waited for so long that it is not begun any more. */
    boolean tooLate() {
        return System.nanoTime() - made > LONGEST_WAIT.toNanos();
    }

    int tryAgain() {
        return ++attempts;
    }

    CompletableFuture<CommitResult> answer() {
        return answer;
    }
}
