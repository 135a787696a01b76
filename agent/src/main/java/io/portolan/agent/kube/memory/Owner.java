package io.portolan.agent.kube.memory;

/**
 * Who owns fields. The same manager that once applies and once updates counts as two, and these may
 * conflict, as in Kubernetes.
 *
 * @param operation {@code Apply} or {@code Update}
 */
record Owner(String manager, String operation) implements Comparable<Owner> {
    static Owner applying(String manager) {
        return new Owner(manager, "Apply");
    }

    static Owner updating(String manager) {
        return new Owner(manager, "Update");
    }

    @Override
    public int compareTo(Owner other) {
        int byManager = manager.compareTo(other.manager);
        return byManager != 0 ? byManager : operation.compareTo(other.operation);
    }
}
