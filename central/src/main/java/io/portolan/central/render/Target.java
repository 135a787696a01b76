package io.portolan.central.render;

/**
 * The cluster that is rendered for. Containers learn both by environment variables.
 *
 * @param region empty where the cluster's operator did not say
 */
public record Target(String cluster, String region) {}
