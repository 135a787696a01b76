package io.portolan.chaos;

import java.util.ArrayList;
import java.util.List;

/** All rules. Pure: the same recording is always judged the same. */
public final class Checker {
    private Checker() {}

    /** What the recording breaks; empty when everything held. */
    public static List<Broken> check(Recording recording) {
        List<Broken> broken = new ArrayList<>();
        broken.addAll(LeaderRules.check(recording));
        broken.addAll(WriteRules.check(recording));
        broken.addAll(WatchRules.check(recording));
        broken.addAll(AgentRules.check(recording));
        broken.addAll(EndRules.check(recording));
        return List.copyOf(broken);
    }
}
