package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a deleted application leaves in its clusters, for whoever deletes it. */
final class Remains {
    private static final String ON_DELETE = "portolan.io/on-delete";

    private Remains() {}

    /** Empty when nothing stays. */
    static List<String> of(JsonNode application) {
        List<String> clusters = new ArrayList<>();
        for (JsonNode cluster : application.at("/status/clusters")) {
            clusters.add(cluster.path("cluster").asText());
        }
        String how = application.at("/metadata/annotations").path(ON_DELETE).asText();
        if (clusters.isEmpty() || how.equals("delete-volumes")) {
            return List.of();
        }
        String there = String.join(", ", clusters);
        if (how.equals("keep-workloads")) {
            return List.of("its objects stay as they are in " + there);
        }
        List<String> claims = claims(application);
        return claims.isEmpty()
                ? List.of()
                : List.of(
                        "kept in "
                                + there
                                + ": "
                                + String.join(", ", claims)
                                + " (--delete-volumes deletes them)");
    }

    private static List<String> claims(JsonNode application) {
        List<String> claims = new ArrayList<>();
        for (JsonNode component : application.at("/spec/components")) {
            for (JsonNode object : component.path("manifests")) {
                if (object.path("kind").asText().equals("PersistentVolumeClaim")) {
                    claims.add("PersistentVolumeClaim " + object.at("/metadata/name").asText());
                }
            }
        }
        return claims;
    }
}
