/**
 * Starts what the end-to-end tests look at from outside: real Kubernetes control planes, a real
 * PostgreSQL, the programs of this project as processes, and the network between them, which a test
 * may cut.
 *
 * <p>It decides how such a thing is started, awaited, disturbed and ended. It never looks into the
 * programs under test (HTTP, the Kubernetes API, signals and {@code /proc} are its only doors), and
 * it leaves no process behind, however the test JVM ends.
 */
@NullMarked
package io.portolan.e2e.harness;

import org.jspecify.annotations.NullMarked;
