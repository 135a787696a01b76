package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Store.Silence;
import io.portolan.model.Uid;
import java.time.Instant;
import java.util.Map;

/**
 * All that a reconciler may know.
 *
 * @param silences how long each cluster that ever spoke has been silent, on PostgreSQL's clock;
 *     heartbeats enter no change log, so this is beside the image
 */
public record View(FleetImage image, Map<Uid, Silence> silences, Instant now) {}
