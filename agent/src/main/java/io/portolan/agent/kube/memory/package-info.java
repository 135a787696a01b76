/**
 * A Kubernetes cluster in memory, for development, unit tests and simulation. It passes the
 * contract suite of {@link io.portolan.agent.kube.KubeApi} and plays controllers, scheduler and
 * kubelets; the same calls at the same times give the same objects. It must never read a clock or a
 * random source, and never be easier on a caller than Kubernetes is.
 */
@NullMarked
package io.portolan.agent.kube.memory;

import org.jspecify.annotations.NullMarked;
