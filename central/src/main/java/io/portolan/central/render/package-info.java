/**
 * Turns an application's components into the Kubernetes objects of one cluster, and refuses what
 * may not be turned. Pure: equal input gives equal bytes. It must never know where else an
 * application runs or which role a cluster has: content is neutral to roles, so that a failover
 * needs no new content.
 */
@NullMarked
package io.portolan.central.render;

import org.jspecify.annotations.NullMarked;
