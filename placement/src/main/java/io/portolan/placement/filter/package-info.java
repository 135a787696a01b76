/**
 * The rules that keep an application off a cluster, one small class each. Decides for one cluster
 * alone; never compares clusters and never chooses.
 */
@NullMarked
package io.portolan.placement.filter;

import org.jspecify.annotations.NullMarked;
