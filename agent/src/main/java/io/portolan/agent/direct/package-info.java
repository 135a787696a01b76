/**
 * One agent run step by step on the caller's thread, for simulations and scenario tests: the caller
 * chooses which effect is done next, which answer is lost and when the process dies. It decides
 * nothing of its own.
 */
@NullMarked
package io.portolan.agent.direct;

import org.jspecify.annotations.NullMarked;
