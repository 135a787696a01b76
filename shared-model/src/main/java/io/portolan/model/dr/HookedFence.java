package io.portolan.model.dr;

import io.portolan.model.Check;

/**
 * How a cluster that nobody hears is proved to run nothing: it is cut off or switched off by a
 * hook, and somebody who can see it says so. Only what is read back is evidence.
 *
 * @param hook does it
 * @param level what the answer proves: F4 or F5 (DESIGN.md section 7)
 * @param readBack asked until it says that it is done
 */
public record HookedFence(Hook hook, FenceLevel level, Hook.Http readBack, When when) {
    /** When the hook is called for a source that is not heard. */
    public enum When {
        /** After it had the policy's {@code demoteTimeout} to be heard again and stop by itself. */
        OVERDUE,
        /** At once. */
        SILENT;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    void check(Check at) {
        hook.check(HookPoint.FENCE, at.at("hook"));
        at.at("hook")
                .at("job")
                .require(
                        !(hook.act() instanceof HookJob),
                        "must be http: a Job that ended says nothing of a cluster that nobody"
                                + " hears, and where it ran may be a part of the same disaster");
        at.at("level")
                .require(
                        level == FenceLevel.F4 || level == FenceLevel.F5,
                        "must be F4 or F5, was " + level);
        readBack.check(at.at("readBack"));
    }
}
