/** How good the clusters that fit are against each other. Never asks whether one fits. */
@NullMarked
package io.portolan.placement.score;

import org.jspecify.annotations.NullMarked;
