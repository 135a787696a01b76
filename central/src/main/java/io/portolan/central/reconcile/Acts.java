package io.portolan.central.reconcile;

import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls that are under way, and their answers until a commit has taken them. A new time of leading
 * knows neither: what is stored as running is called again. Owned by {@link LoopCore}.
 */
final class Acts {
    /** Calls under way at once; further ones wait for a place. */
    static final int AT_ONCE = 64;

    private final Map<Long, HookCall> underWay = new LinkedHashMap<>();
    private final List<HookAnswer> answers = new ArrayList<>();
    private final Set<Key> waiting = new LinkedHashSet<>();

    void clear() {
        underWay.clear();
        answers.clear();
        waiting.clear();
    }

    List<HookAnswer> answers() {
        return List.copyOf(answers);
    }

    /** Whether it is to be made now, under this id. */
    boolean begins(Key.OfOperation key, HookCall call, long id) {
        if (underWay.values().stream().anyMatch(c -> same(c, call))) {
            return false;
        }
        if (underWay.size() >= AT_ONCE) {
            waiting.add(key);
            return false;
        }
        underWay.put(id, call);
        return true;
    }

    /**
     * @return what is to be looked at; nothing where nobody waits for this answer any more
     */
    Set<Key> answered(long id, HookAnswer answer) {
        HookCall call = underWay.remove(id);
        if (call == null) {
            return Set.of();
        }
        answers.add(answer);
        Set<Key> look = new LinkedHashSet<>();
        look.add(new Key.OfOperation(call.operation()));
        look.addAll(waiting);
        waiting.clear();
        return look;
    }

    /** It was looked at with its answers, and has nothing to store of them. */
    void settled(Uid operation) {
        answers.removeIf(a -> a.operation().equals(operation));
    }

    private static boolean same(HookCall one, HookCall other) {
        return one.key().equals(other.key()) && one.attempt() == other.attempt();
    }
}
