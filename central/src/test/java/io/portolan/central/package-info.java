/** Whole nodes, spoken to over HTTP. */
package io.portolan.central;
