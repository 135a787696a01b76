package io.portolan.central.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers proposals: whatever came while one group was being written shares the next transaction.
 * Nobody waits for company. A platform thread, so that it gets its share of a busy processor.
 */
final class GroupLane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLane.class);

    /** So that one group holds the counter for no longer than some ten milliseconds. */
    private static final int MOST_PROPOSALS = 64;

    private static final int MOST_WEIGHT = 1_000;
    private static final int ATTEMPTS = 5;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** Hears of everything that was committed, in order, before its authors do. */
    interface Listener {
        void committed(List<Change> changes, List<Proposal> accepted);
    }

    private final Lane sessions;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();

    /** Guarded by the lock. */
    private final Deque<Proposal> waiting = new ArrayDeque<>();

    private boolean closed;
    private final Thread thread;

    GroupLane(String name, Lane sessions, Listener listener) {
        this.sessions = sessions;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("portolan-commit-" + name).daemon().start(this::run);
    }

    void add(Proposal proposal) {
        lock.lock();
        try {
            if (!closed) {
                waiting.addLast(proposal);
                more.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        proposal.answer().complete(new CommitResult.Unavailable("the store is closed"));
    }

    private void run() {
        for (List<Proposal> group = next(); !group.isEmpty(); group = next()) {
            try {
                settle(group);
            } catch (RuntimeException e) {
                group.forEach(p -> p.answer().completeExceptionally(e));
            }
        }
    }

    /** Empty at the end. */
    private List<Proposal> next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                more.awaitUninterruptibly();
            }
            return closed ? List.of() : gather();
        } finally {
            lock.unlock();
        }
    }

    private List<Proposal> gather() {
        List<Proposal> group = new ArrayList<>();
        Set<List<String>> claims = new HashSet<>();
        int weight = 0;
        while (!waiting.isEmpty() && group.size() < MOST_PROPOSALS) {
            Proposal next = waiting.getFirst();
            weight += next.weight();
            boolean claimed =
                    next.claim().isPresent()
                            && !claims.add(
                                    List.of(next.claim().get().scope(), next.claim().get().key()));
            // A key's second request learns the answer of its first, which is durable then.
            if (claimed || (!group.isEmpty() && weight > MOST_WEIGHT)) {
                break;
            }
            group.add(waiting.removeFirst());
        }
        return group;
    }

    private void settle(List<Proposal> proposals) {
        List<Proposal> group = proposals.stream().filter(p -> !tooLate(p)).toList();
        if (group.isEmpty()) {
            return;
        }
        GroupCommit commit = new GroupCommit(group);
        try {
            commit.run(sessions);
        } catch (GroupCommit.Broken e) {
            broken(group, commit, e);
            return;
        }
        listener.committed(commit.changes(), commit.accepted());
        commit.answers().forEach((proposal, answer) -> proposal.answer().complete(answer));
        for (Proposal proposal : group) {
            if (!commit.answers().containsKey(proposal)) {
                again(proposal);
            }
        }
    }

    /**
     * The database is slow or others hold what is needed: who waited is told, and not in the end.
     */
    private static boolean tooLate(Proposal proposal) {
        boolean late = proposal.tooLate();
        if (late) {
            proposal.answer().complete(new CommitResult.Unavailable("the database is too slow"));
        }
        return late;
    }

    private void broken(List<Proposal> group, GroupCommit commit, GroupCommit.Broken broken) {
        Failure failure = Failure.of(broken.sql());
        // Without a session the reason does not matter, be it a password: nothing was sent.
        if (failure == Failure.UNREACHABLE || broken.stage() == GroupCommit.Stage.NONE) {
            LOG.warn("a commit failed: {}", broken.getMessage());
            String message = Failure.words(broken.sql());
            for (Proposal proposal : group) {
                boolean doubt =
                        broken.stage() == GroupCommit.Stage.SENT
                                && Failure.doubtful(broken.sql())
                                && commit.answers().get(proposal) instanceof CommitResult.Committed;
                proposal.answer()
                        .complete(
                                doubt
                                        ? new CommitResult.Unknown(message)
                                        : new CommitResult.Unavailable(message));
            }
        } else if (group.size() > 1) {
            // One of them may be to blame; the others must not suffer for it.
            group.forEach(proposal -> settle(List.of(proposal)));
        } else {
            failed(group.getFirst(), failure, broken.sql());
        }
    }

    private void failed(Proposal proposal, Failure failure, SQLException e) {
        switch (failure) {
            case CONTENTION, EXISTS -> again(proposal);
            case REFUSED ->
                    proposal.answer()
                            .complete(
                                    new CommitResult.Conflict(
                                            Failure.constraint(e).equals("operation_live")
                                                    ? "another operation on this application is"
                                                            + " live"
                                                    : "another operation has this name"));
            case BUG, UNREACHABLE ->
                    proposal.answer()
                            .completeExceptionally(
                                    new IllegalStateException(
                                            "commit failed: " + e.getMessage(), e));
        }
    }

    private void again(Proposal proposal) {
        if (proposal.tryAgain() < ATTEMPTS) {
            settle(List.of(proposal));
        } else {
            proposal.answer().complete(new CommitResult.Conflict("too many others write the same"));
        }
    }

    /** What was not begun is not done. */
    @Override
    public void close() {
        List<Proposal> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
            more.signal();
        } finally {
            lock.unlock();
        }
        left.forEach(p -> p.answer().complete(new CommitResult.Unavailable("the store is closed")));
        try {
            thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
