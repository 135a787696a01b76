/** Live objects to health, conditions, troubles and capacity. Pure; it must never act. */
@NullMarked
package io.portolan.agent.observe;

import org.jspecify.annotations.NullMarked;
