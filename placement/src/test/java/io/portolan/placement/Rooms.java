package io.portolan.placement;

import io.portolan.model.Quantity;
import io.portolan.model.Uid;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Guests;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Room in words. Of a cluster: {@code room=8/32Gi} (what its nodes can take; without it nothing is
 * known), {@code nodes=3}, {@code used=2/10Gi}, {@code reserved=1/4Gi:shop/checkout}, {@code
 * gives=batch:5:1/2Gi} (who gives way, its priority and what it uses) and {@code
 * takes=checkout:100:batch,etl} (who was placed in whose room), of the tenant {@code shop} as the
 * application where they say no other. Of the application: {@code requests web 500m/1Gi} for each
 * replica, {@code requests fixed 1/1Gi} for what runs once in each cluster, {@code requests node
 * 100m/64Mi}, and {@code has c1 web 3}, its part now.
 */
final class Rooms {
    static final Set<String> OF_CLUSTERS =
            Set.of("room", "nodes", "used", "reserved", "gives", "takes");

    private Rooms() {}

    static Amount amount(String text) {
        String[] parts = text.split("/");
        return new Amount(new Quantity(parts[0]).millis(), new Quantity(parts[1]).bytes());
    }

    /** With what these lines say of the application and of the clusters of a fleet. */
    static Needs claiming(Needs needs, List<String> lines, List<Candidate> fleet) {
        Map<Uid, Cell> cells = new HashMap<>();
        Map<String, Requests.Workload> workloads = new TreeMap<>();
        Map<Uid, Map<String, Integer>> parts = new TreeMap<>();
        Amount fixed = Amount.NONE;
        Amount node = Amount.NONE;
        for (String line : lines) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "requests" -> {
                    Amount amount = amount(words[2]);
                    switch (words[1]) {
                        case "fixed" -> fixed = amount;
                        case "node" -> node = amount;
                        default ->
                                workloads.put(
                                        words[1],
                                        new Requests.Workload(
                                                needs.replicas().getOrDefault(words[1], 1),
                                                amount));
                    }
                }
                case "has" ->
                        parts.computeIfAbsent(Fleet.uid(words[1]), _ -> new TreeMap<>())
                                .put(words[2], Integer.parseInt(words[3]));
                default -> {
                    if (!Scenario.ofApplication(line)) {
                        cells.put(Fleet.uid(words[0]), cell(words));
                    }
                }
            }
        }
        return needs.claiming(
                new Claim(
                        Fleet.uid("app"),
                        "shop",
                        room(fleet, cells),
                        new Requests(workloads, fixed, node),
                        parts));
    }

    static Room room(List<Candidate> fleet, Map<Uid, Cell> cells) {
        ClusterSnapshot snapshot = ClusterSnapshot.of(fleet);
        Cell[] out = new Cell[snapshot.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = cells.getOrDefault(snapshot.get(i).uid(), Cell.UNKNOWN);
        }
        return Room.of(out);
    }

    private static String named(String application) {
        return application.contains("/") ? application : "shop/" + application;
    }

    private static Cell cell(String[] words) {
        Optional<Amount> allocatable = Optional.empty();
        int nodes = 1;
        Amount used = Amount.NONE;
        Amount reserved = Amount.NONE;
        List<String> reservedFor = new ArrayList<>();
        List<Cell.Guest> giving = new ArrayList<>();
        List<Cell.Driver> driving = new ArrayList<>();
        for (String word : words) {
            String value = word.substring(word.indexOf('=') + 1);
            String[] of = value.split(":");
            switch (word.split("=")[0]) {
                case "room" -> allocatable = Optional.of(amount(value));
                case "nodes" -> nodes = Integer.parseInt(value);
                case "used" -> used = amount(value);
                case "reserved" -> {
                    reserved = amount(of[0]);
                    reservedFor.addAll(List.of(of[1].split(",")));
                }
                case "gives" ->
                        giving.add(
                                new Cell.Guest(
                                        Fleet.uid(of[0]),
                                        named(of[0]),
                                        Integer.parseInt(of[1]),
                                        amount(of[2])));
                case "takes" ->
                        driving.add(
                                new Cell.Driver(
                                        Fleet.uid(of[0]),
                                        named(of[0]),
                                        Integer.parseInt(of[1]),
                                        Stream.of(of[2].split(","))
                                                .map(Fleet::uid)
                                                .collect(Collectors.toSet())));
                default -> {}
            }
        }
        return new Cell(
                nodes,
                allocatable,
                used,
                used,
                reserved,
                reservedFor,
                reservedFor.size(),
                Guests.of(giving),
                driving);
    }
}
