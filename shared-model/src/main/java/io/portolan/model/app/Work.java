package io.portolan.model.app;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.dr.StandbyLevel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one agent must do for one application on one cluster. Keyed by the application's uid.
 *
 * @param generation the application's generation that the content was rendered from
 * @param epoch rises with each change of the application's active cluster; older is ignored
 * @param sequence rises with each change of this work, per application and cluster; older is
 *     ignored
 * @param content the objects; absent on a tombstone, unless it keeps them
 * @param singleWriter whether demotion must be proved (fence F2)
 * @param adopt whether objects that exist already and are not ours are taken over
 * @param paused while its role is active nothing of it is written; drift is told
 * @param adopting single objects that exist already, are not ours and are taken over, as {@code
 *     ConfigMap/settings} or {@code Deployment.apps/web}
 * @param ending how the application ends on the cluster; absent while it does not, and on
 *     tombstones of a central that did not say. With {@link Ending#KEEP} the content stays, so that
 *     an agent which does not know that word goes on running it instead of deleting it.
 * @param selfFence present where the content is rendered with the guard, whatever the role
 * @param standby what a cluster without the active role has ready; absent: its objects, of which
 *     nothing runs. Only of agents that know it ({@code AgentMessages.STANDS_BY}) is anything else
 *     asked.
 * @param once present where it is a step of an operation instead of an application; {@code
 *     application} is then the step's own uid
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
        boolean paused,
        List<String> adopting,
        Optional<Ending> ending,
        Optional<SelfFence> selfFence,
        Optional<StandbyLevel> standby,
        Optional<RunOnce> once) {
    public Work {
        adopting = List.copyOf(adopting);
    }

    /** One that adopts no single objects and does not end, unless it has no content. */
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
            boolean adopt,
            boolean paused) {
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
                paused,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** One of an application whose standbys have its objects ready. */
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
            boolean adopt,
            boolean paused,
            List<String> adopting,
            Optional<Ending> ending,
            Optional<SelfFence> selfFence) {
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
                paused,
                adopting,
                ending,
                selfFence,
                Optional.empty(),
                Optional.empty());
    }

    /** The same that is not paused. */
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

    /**
     * Whether the application ends there. A tombstone is the only thing that removes: absence never
     * does.
     */
    public boolean tombstone() {
        return content.isEmpty() || keeps();
    }

    /** How it ends, empty while it does not. */
    public Optional<Ending> end() {
        return tombstone() ? Optional.of(ending.orElse(Ending.MOVE)) : Optional.empty();
    }

    /** The content to be in force there; none where the application ends. */
    public Optional<Digest> runs() {
        return tombstone() ? Optional.empty() : content;
    }

    /** Whether its objects are given up and stay as they are. */
    public boolean keeps() {
        return ending.equals(Optional.of(Ending.KEEP));
    }

    /** Whether an object that exists already and is nobody's is taken over. */
    public boolean adopts(ObjectRef object) {
        return adopt || adoptsByName(object);
    }

    /** Whether it was asked for by name to take this very object over. */
    public boolean adoptsByName(ObjectRef object) {
        return adopting.contains(object.kind() + "/" + object.name())
                || adopting.contains(object.kind() + "." + object.group() + "/" + object.name());
    }

    /** Whether this says something else than the other, sequence and generation aside. */
    public boolean differs(Work other) {
        return role != other.role
                || epoch != other.epoch
                || generation != other.generation
                || singleWriter != other.singleWriter
                || adopt != other.adopt
                || paused != other.paused
                || !adopting.equals(other.adopting)
                || !ending.equals(other.ending)
                || !selfFence.equals(other.selfFence)
                || !standby.equals(other.standby)
                || !once.equals(other.once)
                || !content.equals(other.content);
    }

    public Work withSequence(long sequence) {
        return with(role, epoch, sequence, content, ending);
    }

    /** The same, run nowhere. */
    public Work quarantined() {
        return with(Role.QUARANTINED, epoch, sequence, content, ending);
    }

    /** Its tombstone. */
    public Work ended(Ending how, Role role, long epoch) {
        return with(
                role,
                epoch,
                sequence,
                how == Ending.KEEP ? content : Optional.empty(),
                Optional.of(how));
    }

    /** The same, with this ready while it has not the active role. */
    public Work standingBy(Optional<StandbyLevel> level) {
        return with(role, epoch, sequence, content, ending, level);
    }

    private Work with(
            Role role,
            long epoch,
            long sequence,
            Optional<Digest> content,
            Optional<Ending> ending) {
        return with(role, epoch, sequence, content, ending, standby);
    }

    private Work with(
            Role role,
            long epoch,
            long sequence,
            Optional<Digest> content,
            Optional<Ending> ending,
            Optional<StandbyLevel> level) {
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
                paused,
                adopting,
                ending,
                selfFence,
                level,
                once);
    }

    /**
     * How much of it runs here, as far as central's word goes: nothing of a single writer without
     * the role, whatever it says.
     */
    public Running running() {
        return switch (role) {
            case ACTIVE -> Running.ALL;
            case QUARANTINED -> Running.NOTHING;
            case STANDBY ->
                    switch (standby.filter(_ -> !singleWriter).orElse(StandbyLevel.PILOT_LIGHT)) {
                        case COLD, PILOT_LIGHT -> Running.NOTHING;
                        case WARM -> Running.ONE_EACH;
                        case HOT -> Running.ALL_THAT_SERVES;
                    };
        };
    }

    /** Whether no object of it is to be made here. What is there is stopped all the same. */
    public boolean makesNothing() {
        return role != Role.ACTIVE
                && !tombstone()
                && standby.equals(Optional.of(StandbyLevel.COLD));
    }

    /** The grant to be given for it now: none unless the cluster has the active role. */
    public Optional<Duration> grant() {
        return role == Role.ACTIVE && !tombstone()
                ? selfFence.map(SelfFence::grant)
                : Optional.empty();
    }
}
