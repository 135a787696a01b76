/**
 * What the agent must still know after its process died. It decides how knowledge is written so
 * that it survives; it must never decide what to do with it.
 */
@NullMarked
package io.portolan.agent.state;

import org.jspecify.annotations.NullMarked;
