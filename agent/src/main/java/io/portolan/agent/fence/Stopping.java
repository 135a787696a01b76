package io.portolan.agent.fence;

import io.portolan.model.app.WorkStatus.Demotion;
import java.util.Optional;

/**
 * The evidence of one demotion (fence F2). Its word is given when a consistent list, asked for
 * after the last write had ended, showed no pod, and the {@link PodLedger} accounts for each pod
 * that ever ran.
 */
public final class Stopping {
    private boolean noneListed;

    /** Counts what made earlier lists worthless. */
    private long disturbances;

    /** A pod was seen, or something is being written: an earlier list says nothing of it. */
    public void disturbed() {
        noneListed = false;
        disturbances++;
    }

    /** To be taken before a list is asked for, and handed in with its result. */
    public long ticket() {
        return disturbances;
    }

    public void noneListed(long ticket) {
        noneListed |= ticket == disturbances;
    }

    public boolean wantsList() {
        return !noneListed;
    }

    /** The agent's word, once it can be given. It proves nothing while it names a doubt. */
    public Optional<Demotion> word(long sequence, long epoch, PodLedger pods) {
        return noneListed && pods.running().isEmpty()
                ? Optional.of(
                        new Demotion(
                                sequence,
                                epoch,
                                pods.doubtful().stream().map(PodTrace::words).toList()))
                : Optional.empty();
    }
}
