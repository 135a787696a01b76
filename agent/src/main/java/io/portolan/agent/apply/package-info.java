/**
 * What to do to the cluster next: a pure plan from desired, inventory and live. It must never call
 * Kubernetes itself.
 */
@NullMarked
package io.portolan.agent.apply;

import org.jspecify.annotations.NullMarked;
