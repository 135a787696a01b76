/** The agent protocol, over HTTP. */
package io.portolan.central.agentlink;
