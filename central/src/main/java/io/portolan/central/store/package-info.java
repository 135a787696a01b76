/**
 * The only place that speaks SQL. It decides whether a commit is consistent with what its author
 * saw and whether the author may still write; it must never decide what should be. Two stores, in
 * PostgreSQL and in memory, pass one contract suite.
 */
@NullMarked
package io.portolan.central.store;

import org.jspecify.annotations.NullMarked;
