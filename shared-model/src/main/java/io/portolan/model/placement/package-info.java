/**
 * Placement policy and the decision with the fate of every cluster. Values only; the engine is the
 * module {@code placement}.
 */
@NullMarked
package io.portolan.model.placement;

import org.jspecify.annotations.NullMarked;
