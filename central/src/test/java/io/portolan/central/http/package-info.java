/** Who is let in where. */
package io.portolan.central.http;
