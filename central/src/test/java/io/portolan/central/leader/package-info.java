/** Terms against a hand clock, and once with the real threads. */
@NullMarked
package io.portolan.central.leader;

import org.jspecify.annotations.NullMarked;
