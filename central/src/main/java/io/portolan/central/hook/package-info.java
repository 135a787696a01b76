/**
 * Calls hooks over HTTP, and reads what they and hooks' Jobs say. It makes a call that was decided
 * and stored elsewhere, and tells what came of it; it must never decide anything, follow where it
 * is sent, or believe more than it was told.
 */
@NullMarked
package io.portolan.central.hook;

import org.jspecify.annotations.NullMarked;
