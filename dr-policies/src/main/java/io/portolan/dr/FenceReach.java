package io.portolan.dr;

import io.portolan.model.Condition;
import io.portolan.model.Names;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.FenceLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which fence an application can reach in its cluster, in which failure, before that happens: what
 * must be waited for, and when somebody's word will be needed.
 *
 * @param failure of the cluster
 * @param fence the strongest that can be reached without somebody's word; F6 where there is none
 */
public record FenceReach(Failure failure, FenceLevel fence, String why) {
    /** What may befall a cluster. */
    public enum Failure {
        /** Nothing: it is a planned move. */
        NONE("it answers"),
        AGENT_DEAD("its agent is dead"),
        CUT_OFF("it is cut off"),
        API_SERVER_DEAD("its API server is dead"),
        NODE_PAUSED("a node stands still");

        private final String words;

        Failure(String words) {
            this.words = words;
        }

        /** Whether nothing is heard of the cluster, which is what a hook fences. */
        private boolean silent() {
            return switch (this) {
                case AGENT_DEAD, CUT_OFF -> true;
                case NONE, API_SERVER_DEAD, NODE_PAUSED -> false;
            };
        }

        @Override
        public String toString() {
            return Names.camel(this);
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /**
     * Whether everything that a cluster can run of the application ends itself with its grant, as
     * the cluster last said.
     */
    public static boolean fencesItself(Optional<Work> work, Optional<WorkStatus> status) {
        return work.flatMap(Work::selfFence)
                .filter(f -> status.filter(s -> s.guarded() >= f.since()).isPresent())
                .isPresent();
    }

    /** Of the cluster that has the active role. */
    public static List<FenceReach> of(
            DrPolicySpec policy, Optional<Work> work, Optional<WorkStatus> status) {
        List<FenceReach> out = new ArrayList<>();
        for (Failure failure : Failure.values()) {
            out.add(
                    policy.singleWriter()
                            ? of(failure, policy, work, status).held(policy.fence())
                            : new FenceReach(
                                    failure, FenceLevel.F0, "many writers: none is needed"));
        }
        return List.copyOf(out);
    }

    private static FenceReach of(
            Failure failure,
            DrPolicySpec policy,
            Optional<Work> work,
            Optional<WorkStatus> status) {
        Optional<SelfFence> self =
                work.flatMap(Work::selfFence).filter(_ -> fencesItself(work, status));
        if (failure == Failure.NONE) {
            Optional<Condition> doubts =
                    status.flatMap(s -> Condition.find(s.conditions(), "StopUnprovable"));
            return doubts.<FenceReach>map(
                            d ->
                                    self.map(f -> expires(failure, f))
                                            .orElse(word(failure, d.message())))
                    .orElse(
                            new FenceReach(
                                    failure, FenceLevel.F2, "its agent shows that it stopped"));
        }
        if (failure == Failure.NODE_PAUSED) {
            return word(
                    failure,
                    "nothing on a node that stands still ends itself, and it may go on later:"
                            + " restart the machine, then its agent can show it (F2)");
        }
        if (policy.fencing().isPresent() && failure.silent()) {
            return new FenceReach(
                    failure,
                    policy.fencing().get().level(),
                    "its policy's hook fences it, and it is read back");
        }
        return self.map(f -> expires(failure, f))
                .orElseGet(() -> word(failure, lacks(policy.grant().isPresent(), work)));
    }

    /** What is weaker than the policy asks for frees nothing, somebody's word included. */
    private FenceReach held(FenceLevel least) {
        return fence == FenceLevel.F2 || fence.reaches(least)
                ? this
                : new FenceReach(
                        failure,
                        fence,
                        why
                                + "; not enough for its policy (minimumFence "
                                + least
                                + "): it waits for the cluster's own proof");
    }

    private static FenceReach expires(Failure failure, SelfFence self) {
        return new FenceReach(
                failure,
                FenceLevel.F3,
                "it fences itself: the last grant has run out "
                        + Words.duration(self.runsOutIn())
                        + " after the role was taken");
    }

    private static FenceReach word(Failure failure, String why) {
        return new FenceReach(failure, FenceLevel.F6, why);
    }

    private static String lacks(boolean asked, Optional<Work> work) {
        if (!asked) {
            return "it keeps running (onCentralLoss: keepRunning)";
        }
        return work.flatMap(Work::selfFence).isEmpty()
                ? "the cluster's agent opens no door for guards (--grant-port)"
                : "its agent has not shown that nothing there runs without the guard";
    }
}
