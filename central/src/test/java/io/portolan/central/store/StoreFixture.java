package io.portolan.central.store;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a contract needs of the store that it examines. */
interface StoreFixture {
    /** Empty at the start of each test. */
    Store store();

    void compact(int keepAtLeast, Duration keep);

    /** Commits without preconditions as the API, and demands success. */
    default long put(Row... rows) {
        return write(Arrays.stream(rows).<Write>map(Write.Put::new).toArray(Write[]::new));
    }

    default long write(Write... writes) {
        return committed(commit(List.of(), writes));
    }

    default CommitResult commit(List<Precondition> preconditions, Write... writes) {
        return store().commit(new Authority.Api(Optional.empty()), preconditions, List.of(writes));
    }

    static long committed(CommitResult result) {
        return assertInstanceOf(CommitResult.Committed.class, result).revision();
    }
}
