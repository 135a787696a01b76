/** Clusters: what an operator declares of them and what their agents report. Pure values. */
@NullMarked
package io.portolan.model.cluster;

import org.jspecify.annotations.NullMarked;
