/**
 * The fleet as placement sees it at one instant, with the indexes that decisions share. Knows
 * nothing of policies and never decides.
 */
@NullMarked
package io.portolan.placement.fleet;

import org.jspecify.annotations.NullMarked;
