/**
 * The messages between agent and central and the one JSON codec. It decides how values look on the
 * wire and in the store; unknown fields are ignored on the agent link and refused on user writes.
 */
@NullMarked
package io.portolan.model.wire;

import org.jspecify.annotations.NullMarked;
