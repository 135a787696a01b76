/**
 * {@code portolan}, the command line of operators and developers.
 *
 * <p>Speaks HTTP to central and nothing else: never a database, never a cluster. Machine output
 * goes to stdout, progress to stderr, and every outcome has its exit code.
 */
@NullMarked
package io.portolan.cli;

import org.jspecify.annotations.NullMarked;
