package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.placement.filter.Kin;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an application asks of the room in the fleet.
 *
 * @param application who it is among those that give way
 * @param tenant of the application: others' are not told to it by name
 * @param room of the fleet's clusters, with what was decided before this and with what the
 *     application has
 * @param requests of its pods
 * @param parts what it runs now of what is divided, by cluster; a cluster that is not named and
 *     runs it has all
 */
public record Claim(
        Uid application,
        String tenant,
        Room room,
        Requests requests,
        Map<Uid, Map<String, Integer>> parts) {
    /** Of an application that asks for nothing, or in a fleet that tells nothing. */
    public static final Claim NONE =
            new Claim(new Uid("none"), "", Room.UNKNOWN, Requests.NONE, Map.of());

    public Claim {
        parts = Map.copyOf(new TreeMap<>(parts));
    }

    /** The same in other room, with another part of it. */
    public Claim in(Room other, Map<Uid, Map<String, Integer>> part) {
        return new Claim(application, tenant, other, requests, part);
    }

    /** Whom it may hear of by name. */
    Kin kin() {
        return new Kin(tenant);
    }
}
