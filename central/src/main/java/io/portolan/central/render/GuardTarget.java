package io.portolan.central.render;

import io.portolan.model.Uid;

/**
 * What guards need in a cluster.
 *
 * @param url of the agent's door, without the path
 * @param image of the guard
 */
public record GuardTarget(Uid cluster, String url, String image) {}
