/**
 * Executes operations: asks the planner for one step, and makes it one transaction in which the
 * operation, the assignment and the works that follow from it change together. It must never decide
 * a step itself, and never act outside a commit.
 */
@NullMarked
package io.portolan.central.operation;

import org.jspecify.annotations.NullMarked;
