package io.portolan.central.store;

import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Commits of this process, gathered into transactions. What belongs to an operation has a lane of
 * its own, so that a failover waits behind no bulk.
 */
final class Commits implements AutoCloseable {
    private final GroupLane urgent;
    private final GroupLane usual;

    Commits(Lane sessions, GroupLane.Listener listener) {
        this.urgent = new GroupLane("urgent", sessions, listener);
        this.usual = new GroupLane("usual", sessions, listener);
    }

    CommitResult commit(Authority authority, List<Precondition> preconditions, List<Write> writes) {
        Proposal proposal = new Proposal(authority, preconditions, writes);
        (proposal.urgent() ? urgent : usual).add(proposal);
        try {
            return proposal.answer().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getMessage()), e.getCause());
        }
    }

    @Override
    public void close() {
        urgent.close();
        usual.close();
    }
}
