/**
 * The whole fleet as one immutable value, replayed from the store's changes, with the indexes that
 * keep a decision's cost proportional to what changed. It may lag behind the store; it must never
 * be written back, do I/O or decide anything.
 */
@NullMarked
package io.portolan.central.image;

import org.jspecify.annotations.NullMarked;
