package io.portolan.agent.fence;

/**
 * What is remembered of one pod of an application whose stop must be proved.
 *
 * @param name {@code namespace/name}; the uid tells lives of one name apart
 * @param node where it was bound to, empty before that
 * @param boot the boot id of that node that the pod may have run under, empty while not known
 * @param guarded whether every process of it runs under the guard
 * @param doubt empty while the pod is there; else why its going proves nothing
 */
public record PodTrace(
        String uid, String name, String node, String boot, boolean guarded, String doubt) {
    private static final String BETWEEN = "\t";

    /** Follows the name, where an agent that does not know of guards leaves it. */
    private static final String GUARDED = " (guarded)";

    /** A pod that is there and may run. */
    public static PodTrace running(String uid, String name, String node, String boot) {
        return running(uid, name, node, boot, false);
    }

    /** A pod that is there and may run. */
    public static PodTrace running(
            String uid, String name, String node, String boot, boolean guarded) {
        return new PodTrace(uid, name, node, boot, guarded, "");
    }

    boolean runs() {
        return doubt.isEmpty();
    }

    PodTrace doubted(String why, String under) {
        return new PodTrace(uid, name, node, under, guarded, why);
    }

    /** How evidence names it, with why it proves nothing. */
    public String words() {
        return name + " (" + (node.isEmpty() ? "" : "node " + node + ": ") + doubt + ")";
    }

    /** What an operator can do about it. */
    public String wayOut() {
        return node.isEmpty()
                ? "its node is not known: only an operator who knows that it has ended can attest"
                : "proved again once node "
                        + node
                        + " is ready after a restart of its machine (another boot id); or an"
                        + " operator who knows that the pod has ended attests";
    }

    String written() {
        return String.join(BETWEEN, uid, guarded ? name + GUARDED : name, node, boot, doubt);
    }

    static PodTrace read(String line) {
        String[] parts = line.split(BETWEEN, -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("no trace of a pod: " + line);
        }
        boolean guarded = parts[1].endsWith(GUARDED);
        String name =
                guarded ? parts[1].substring(0, parts[1].length() - GUARDED.length()) : parts[1];
        return new PodTrace(parts[0], name, parts[2], parts[3], guarded, parts[4]);
    }
}
