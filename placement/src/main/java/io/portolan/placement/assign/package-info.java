/**
 * How much each of the chosen clusters gets. Decides over weights and bounds; never asks who they
 * are of.
 */
@NullMarked
package io.portolan.placement.assign;

import org.jspecify.annotations.NullMarked;
