/**
 * End-to-end tests: start central, agents and the command line as processes, as a user would, on
 * real Kubernetes API servers.
 *
 * <p>Looks at the product from outside only (HTTP, the command line, the clusters): never calls
 * into the classes of central or of the agent.
 */
@NullMarked
package io.portolan.e2e;

import org.jspecify.annotations.NullMarked;
