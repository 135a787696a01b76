/**
 * What would happen if: the loop's own decisions over an image that is not stored. It must never
 * write, and never decide by rules of its own: each answer is what the reconciler would do.
 */
@NullMarked
package io.portolan.central.whatif;

import org.jspecify.annotations.NullMarked;
