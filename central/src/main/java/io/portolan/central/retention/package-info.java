/**
 * How long central remembers. Decides what has become too old to keep, and has the store forget it
 * in small batches while this node leads. Must never forget what a decision stands on: rows of
 * desired and observed state end by their own rules.
 */
@NullMarked
package io.portolan.central.retention;

import org.jspecify.annotations.NullMarked;
