/**
 * How requests come in and answers go out: limits, authentication, problems (RFC 9457), a table of
 * routes. It decides what is refused before a handler sees it; it must never know a resource, a
 * work or a cluster.
 */
@NullMarked
package io.portolan.central.http;

import org.jspecify.annotations.NullMarked;
