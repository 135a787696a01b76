/**
 * The benchmarks: each scenario starts real processes, measures them from outside (the placement
 * engine, which is a library, by JMH) and names its figures. They decide what a figure means and
 * never what is good enough; goals stand beside the figures for the reader.
 */
@NullMarked
package io.portolan.e2e.bench;

import org.jspecify.annotations.NullMarked;
