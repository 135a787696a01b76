/** The REST API, over HTTP. */
package io.portolan.central.api;
