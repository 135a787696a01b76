/** One contract suite, passed by the store in PostgreSQL and by the one in memory. */
@NullMarked
package io.portolan.central.store;

import org.jspecify.annotations.NullMarked;
