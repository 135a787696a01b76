package io.portolan.agent.fence;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The pods of one application that run or may run: what a later stop must account for (fence F2).
 *
 * <p>A pod leaves it when it was seen to end. One that went in any other way stays, as a doubt,
 * until its machine was started anew: what the API does not name any more is not started again by a
 * kubelet. Changes of role touch nothing here, so a failover that was aborted forgets nothing. Of
 * an application with many writers it holds the doubts only: they count when it gets a single one.
 *
 * <p>Each method that may change it says whether it did: changes are made durable.
 */
public final class PodLedger {
    /** Beyond this, one doubt stands for all of the same machine, which clear together anyway. */
    private static final int NAMED = 64;

    /** Beyond this, one doubt stands for all further machines; it never clears by itself. */
    private static final int MACHINES = 256;

    private static final String OTHERS = "others";

    /** More running pods than this are not told one by one. */
    private static final int TOLD = 1_000;

    private final TreeMap<String, PodTrace> traces = new TreeMap<>();

    /** What was {@link #remembered} in an earlier life. */
    public void restore(List<String> remembered) {
        remembered.stream().map(PodTrace::read).forEach(t -> traces.put(t.uid(), t));
    }

    /** It is there and has not ended. */
    public boolean saw(PodTrace trace) {
        return !trace.equals(traces.put(trace.uid(), trace));
    }

    /** It was seen to end. */
    public boolean ended(String uid) {
        return traces.remove(uid) != null;
    }

    /**
     * It went, and nobody saw it end.
     *
     * @param last what was known of it, whether or not it is remembered here
     * @param boot of its node by then; empty when not known: the first one seen will count as it
     */
    public boolean went(PodTrace last, String why, String boot) {
        PodTrace known = traces.getOrDefault(last.uid(), last);
        if (!known.runs()) {
            return false;
        }
        PodTrace doubt = known.doubted(why, boot);
        List<PodTrace> doubts = doubtful();
        boolean stoodFor =
                doubts.size() >= NAMED
                        && doubts.stream()
                                .anyMatch(
                                        t ->
                                                t.node().equals(doubt.node())
                                                        && t.boot().equals(doubt.boot()));
        if (stoodFor) {
            return traces.remove(doubt.uid()) != null;
        }
        if (doubts.size() < MACHINES) {
            traces.put(doubt.uid(), doubt);
            return true;
        }
        boolean news = traces.remove(doubt.uid()) != null;
        return traces.putIfAbsent(OTHERS, others(doubt)) == null || news;
    }

    private static PodTrace others(PodTrace first) {
        return new PodTrace(
                OTHERS,
                first.name(),
                "",
                "",
                false,
                "and more pods than are remembered one by one");
    }

    /** What a node says of itself clears the doubts of its earlier boots. */
    public boolean node(String name, boolean ready, String boot) {
        if (boot.isEmpty()) {
            return false;
        }
        boolean changed = false;
        for (PodTrace trace : doubtful()) {
            if (!trace.node().equals(name)) {
                continue;
            }
            if (trace.boot().isEmpty()) {
                traces.put(trace.uid(), trace.doubted(trace.doubt(), boot));
                changed = true;
            } else if (ready && !trace.boot().equals(boot)) {
                traces.remove(trace.uid());
                changed = true;
            }
        }
        return changed;
    }

    /** Whether it remembers a pod of this node. */
    public boolean names(String node) {
        return traces.values().stream().anyMatch(t -> t.node().equals(node));
    }

    public boolean clear() {
        boolean any = !traces.isEmpty();
        traces.clear();
        return any;
    }

    public boolean isEmpty() {
        return traces.isEmpty();
    }

    /** Whether nothing that runs or may run does so without the guard. */
    public boolean allGuarded() {
        return traces.values().stream().allMatch(PodTrace::guarded);
    }

    /** Keeps the doubts only. */
    public boolean forgetRunning() {
        return traces.values().removeIf(PodTrace::runs);
    }

    public List<PodTrace> running() {
        return traces.values().stream().filter(PodTrace::runs).toList();
    }

    public List<PodTrace> doubtful() {
        return traces.values().stream().filter(t -> !t.runs()).toList();
    }

    /** For {@link #restore}. */
    public List<String> remembered() {
        return traces.values().stream().map(PodTrace::written).toList();
    }

    /**
     * For {@link #recall}, by way of central: the doubts and not more pods than are worth sending.
     * Where that leaves some out, one doubt stands for them.
     */
    public List<String> told() {
        if (traces.size() <= TOLD) {
            return remembered();
        }
        List<PodTrace> told = new ArrayList<>(doubtful());
        List<PodTrace> running = running();
        told.addAll(running.subList(0, Math.min(running.size(), TOLD)));
        told.add(others(running.getFirst()));
        return told.stream().map(PodTrace::written).toList();
    }

    /** Adds what was {@link #told} in a life whose disk is lost. Whether that says anything new. */
    public boolean recall(List<String> told) {
        boolean news = false;
        for (String line : told) {
            PodTrace trace = PodTrace.read(line);
            news |= traces.putIfAbsent(trace.uid(), trace) == null;
        }
        return news;
    }
}
