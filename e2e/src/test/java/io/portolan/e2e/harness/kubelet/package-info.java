/**
 * A stand-in for the kubelet: plays nodes of a cluster on which pods are local processes, so that
 * what really ran when is on record, from the processes' own logs. It judges nothing.
 */
@NullMarked
package io.portolan.e2e.harness.kubelet;

import org.jspecify.annotations.NullMarked;
