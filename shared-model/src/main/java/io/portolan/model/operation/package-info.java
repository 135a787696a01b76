/** Operations (failover): request, plan, steps, timeline and report. Values only. */
@NullMarked
package io.portolan.model.operation;

import org.jspecify.annotations.NullMarked;
