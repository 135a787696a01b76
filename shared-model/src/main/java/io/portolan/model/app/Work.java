package io.portolan.model.app;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import java.util.Optional;

/**
 * What one agent must do for one application on one cluster. Keyed by the application's uid.
 *
 * @param generation the application's generation that the content was rendered from
 * @param epoch rises with each change of the application's active cluster; older is ignored
 * @param sequence rises with each change of this work, per application and cluster; older is
 *     ignored
 * @param content the objects; absent on a tombstone
 * @param singleWriter whether demotion must be proved (fence F2)
 * @param adopt whether objects that exist already and are not ours are taken over
 * @param paused while its role is active nothing of it is written; drift is told
 */
public record Work(
        Uid application,
        String tenant,
        String name,
        Uid cluster,
        Role role,
        long generation,
        long epoch,
        long sequence,
        Optional<Digest> content,
        boolean singleWriter,
        boolean adopt,
        boolean paused) {

    /** One that is not paused. */
    public Work(
            Uid application,
            String tenant,
            String name,
            Uid cluster,
            Role role,
            long generation,
            long epoch,
            long sequence,
            Optional<Digest> content,
            boolean singleWriter,
            boolean adopt) {
        this(
                application,
                tenant,
                name,
                cluster,
                role,
                generation,
                epoch,
                sequence,
                content,
                singleWriter,
                adopt,
                false);
    }

    /** Whether nothing is to be written. What stops or removes is written all the same. */
    public boolean holdsStill() {
        return paused && role == Role.ACTIVE && !tombstone();
    }

    /** A tombstone is the only thing that removes: absence never does. */
    public boolean tombstone() {
        return content.isEmpty();
    }

    /** Whether this says something else than the other, sequence and generation aside. */
    public boolean differs(Work other) {
        return role != other.role
                || epoch != other.epoch
                || generation != other.generation
                || singleWriter != other.singleWriter
                || adopt != other.adopt
                || paused != other.paused
                || !content.equals(other.content);
    }

    public Work withSequence(long sequence) {
        return new Work(
                application,
                tenant,
                name,
                cluster,
                role,
                generation,
                epoch,
                sequence,
                content,
                singleWriter,
                adopt,
                paused);
    }
}
