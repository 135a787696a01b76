/**
 * What the process tells of itself: metrics for Prometheus in base units without labels per object,
 * and logs of one line. It must never decide anything.
 */
@NullMarked
package io.portolan.central.telemetry;

import org.jspecify.annotations.NullMarked;
