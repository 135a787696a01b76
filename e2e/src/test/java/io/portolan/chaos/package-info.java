/**
 * Several central nodes, their database and agents under load, while faults of every kind strike;
 * and the judgement of what was recorded meanwhile. The recording knows nothing of rules, and the
 * rules are pure functions over the recording.
 */
@NullMarked
package io.portolan.chaos;

import org.jspecify.annotations.NullMarked;
