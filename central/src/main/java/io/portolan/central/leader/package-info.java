/**
 * Who leads, and which nodes there are. Hazelcast, nowhere else, tells who should lead; this
 * package decides when this process tries to, and says that it leads no more before anybody else
 * can. It must never decide whether a write is allowed: the store does, by term.
 */
@NullMarked
package io.portolan.central.leader;

import org.jspecify.annotations.NullMarked;
