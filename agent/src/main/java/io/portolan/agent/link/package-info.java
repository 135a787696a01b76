/**
 * The way to central: requests out of the cluster, and how long to wait between them. It decides
 * what an answer means for the session; it must never decide what to apply.
 */
@NullMarked
package io.portolan.agent.link;

import org.jspecify.annotations.NullMarked;
