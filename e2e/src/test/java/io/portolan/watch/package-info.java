/**
 * Whether watches keep their word: a checker for etcd's guarantees over a recorded history, and
 * what drives it on a real PostgreSQL. The checker knows nothing of how changes are stored or sent.
 */
package io.portolan.watch;
