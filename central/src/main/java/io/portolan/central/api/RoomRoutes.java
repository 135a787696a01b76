package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.image.Balance;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.image.Held;
import io.portolan.central.security.Principal;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the room of clusters is, and for whose failover some is kept. Computed when it is asked
 * for, from the numbers that placement decides by; it names applications of all tenants, so
 * operators only.
 */
public final class RoomRoutes {
    private final FollowedImage fleet;

    public RoomRoutes(FollowedImage fleet) {
        this.fleet = fleet;
    }

    public List<Route> routes() {
        return List.of(
                Route.user("GET", "/api/v1/clusters/{name}/room", this::one),
                Route.user("GET", "/api/v1/rooms", this::all));
    }

    private Answer one(Request request, Principal.User user) {
        Reach.operator(user);
        ResourceKey key = ResourceKey.cluster(request.path("name"));
        FleetImage image = fleet.now();
        Uid uid = image.uid(key).orElseThrow(() -> ResourceWrites.missing(key));
        return Answer.ok(shown(key.name(), image.ledger().balance(uid)));
    }

    private Answer all(Request request, Principal.User user) {
        Reach.operator(user);
        FleetImage image = fleet.now();
        Map<String, Uid> byName = new TreeMap<>();
        for (Uid uid : image.clusters()) {
            image.cluster(uid)
                    .map(Held::value)
                    .map(Resource::metadata)
                    .ifPresent(m -> byName.put(m.name(), uid));
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("revision", image.revision());
        out.put(
                "items",
                byName.entrySet().stream()
                        .map(e -> shown(e.getKey(), image.ledger().balance(e.getValue())))
                        .toList());
        return Answer.ok(out);
    }

    private static Map<String, Object> shown(String cluster, Balance balance) {
        Cell cell = balance.cell();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("cluster", cluster);
        out.put("known", cell.allocatable().isPresent());
        out.put("assigned", shown(balance.assigned()));
        out.put("reserved", shown(cell.reserved()));
        out.put("reservedFor", cell.reservedFor());
        out.put("reservations", cell.reservations());
        if (cell.allocatable().isPresent()) {
            out.put("allocatable", shown(cell.allocatable().get()));
            out.put("others", shown(balance.others()));
            out.put("beyond", shown(balance.beyond()));
            cell.free().ifPresent(f -> out.put("free", shown(f)));
        }
        return out;
    }

    private static Map<String, Object> shown(Amount amount) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("millis", amount.millis());
        out.put("bytes", amount.bytes());
        return out;
    }
}
