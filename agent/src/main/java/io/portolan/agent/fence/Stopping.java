package io.portolan.agent.fence;

import io.portolan.model.app.WorkStatus.Demotion;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The evidence of one demotion (fence F2). It knows each pod that ran when the demotion began or
 * was seen since, and how it went. Its word is given when a consistent list, asked for after the
 * last write had ended, showed none, and each known one was accounted for.
 *
 * <p>A pod that went while nobody watched counts as vanished: nothing tells whether its containers
 * ended or only its record. That never heals by itself; a new activation forgets it, or an operator
 * attests.
 */
public final class Stopping {
    private final TreeSet<String> running = new TreeSet<>();
    private final TreeSet<String> vanished = new TreeSet<>();
    private boolean noneListed;

    /** Counts what made earlier lists worthless. */
    private long disturbances;

    /**
     * @param pods that run or may run, each {@code uid namespace/name}
     */
    public Stopping(Iterable<String> pods) {
        pods.forEach(running::add);
    }

    /** A pod that has not ended. Whatever was proved before is proved no more. */
    public boolean saw(String pod) {
        disturbed();
        return running.add(pod);
    }

    /** It was seen to end. */
    public boolean ended(String pod) {
        return running.remove(pod);
    }

    /** It went, and nobody saw it end. */
    public boolean vanished(String pod) {
        boolean known = running.remove(pod);
        if (known) {
            vanished.add(pod);
        }
        return known;
    }

    /** Something is being written again: an earlier list says nothing of its effect. */
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

    /** What must survive a restart: a pod that is then not found vanished unseen. */
    public List<String> unaccounted() {
        TreeSet<String> all = new TreeSet<>(running);
        all.addAll(vanished);
        return List.copyOf(all);
    }

    public int runs() {
        return running.size();
    }

    /** The agent's word, once it can be given. */
    public Optional<Demotion> word(long sequence, long epoch) {
        return noneListed && running.isEmpty()
                ? Optional.of(
                        new Demotion(
                                sequence, epoch, vanished.stream().map(Stopping::name).toList()))
                : Optional.empty();
    }

    private static String name(String pod) {
        return pod.substring(pod.indexOf(' ') + 1);
    }
}
