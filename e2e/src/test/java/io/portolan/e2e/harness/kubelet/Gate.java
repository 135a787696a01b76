package io.portolan.e2e.harness.kubelet;

/** Holds up whoever passes while it is shut. Safe for use by many threads. */
final class Gate {
    private boolean shut;

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        notifyAll();
    }

    synchronized void pass() throws InterruptedException {
        while (shut) {
            wait();
        }
    }
}
