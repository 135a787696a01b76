package io.portolan.central.reconcile;

import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;

/** What is outside of central and acts at its word. Blocks until it answered or had its time. */
@FunctionalInterface
public interface Hooks {
    HookAnswer call(HookCall call);
}
