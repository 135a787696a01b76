/** The command line against a central played in the test: outputs, exit codes, files. */
@NullMarked
package io.portolan.cli;

import org.jspecify.annotations.NullMarked;
