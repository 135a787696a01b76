package io.portolan.central.image;

import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;

/**
 * Where the room of one cluster is. What is allocatable is the sum of {@code others}, {@code
 * assigned}, {@code beyond}, what is reserved and what is free, where the room is known.
 *
 * @param cell as placement sees it
 * @param others what pods request that are no application's of ours
 * @param assigned what the assignments request
 * @param beyond what our pods request beyond that: an autoscaler made more of them, or they are
 *     still ending
 */
public record Balance(Cell cell, Amount others, Amount assigned, Amount beyond) {}
