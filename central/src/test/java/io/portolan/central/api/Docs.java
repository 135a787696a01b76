package io.portolan.central.api;

/** Documents that users write; valid. */
public final class Docs {
    public static final String TENANT =
            """
            {"apiVersion":"portolan.io/v1","kind":"Tenant","metadata":{"name":"shop"},"spec":{}}""";

    public static final String PLACEMENT =
            """
            {"apiVersion":"portolan.io/v1","kind":"PlacementPolicy","spec":{"where":"region = eu"}}""";

    public static final String SINGLE_WRITER =
            """
            {"apiVersion":"portolan.io/v1","kind":"DrPolicy","spec":{"writers":"single"}}""";

    private Docs() {}

    public static String application(String image) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Application",
         "metadata":{"name":"web","tenant":"shop"},
         "spec":{"components":[{"name":"front","container":{"image":"%s","ports":[80]}}]}}"""
                .formatted(image);
    }

    public static String cluster(String region) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Cluster","spec":{"location":{"region":"%s"}}}"""
                .formatted(region);
    }
}
