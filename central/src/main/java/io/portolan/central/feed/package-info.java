/**
 * What this node learns from the change log: one thread follows it and tells everybody who waits. A
 * lost wake-up costs latency, never correctness. It must never write.
 */
@NullMarked
package io.portolan.central.feed;

import org.jspecify.annotations.NullMarked;
