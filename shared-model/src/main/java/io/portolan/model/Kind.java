package io.portolan.model;

import java.util.Arrays;
import java.util.Optional;

/** The kinds that the API serves. */
public enum Kind {
    TENANT("Tenant", "tenants", false),
    CLUSTER("Cluster", "clusters", false),
    APPLICATION("Application", "applications", true),
    PLACEMENT_POLICY("PlacementPolicy", "placementpolicies", true),
    DR_POLICY("DrPolicy", "drpolicies", true),
    /** An operation: made by POST, never edited. All others are declarative. */
    FAILOVER("Failover", "failovers", true);

    /** The group and version of all kinds, as {@code apiVersion} of documents. */
    public static final String API_VERSION = "portolan.io/v1";

    private final String title;
    private final String plural;
    private final boolean tenanted;

    Kind(String title, String plural, boolean tenanted) {
        this.title = title;
        this.plural = plural;
        this.tenanted = tenanted;
    }

    /** As in the {@code kind} field of a document. */
    public String title() {
        return title;
    }

    /** As in URLs. */
    public String plural() {
        return plural;
    }

    /** Whether resources of this kind live inside a tenant. */
    public boolean tenanted() {
        return tenanted;
    }

    public boolean declarative() {
        return this != FAILOVER;
    }

    /** Finds a kind by title, plural or singular, case ignored: what a person may type. */
    public static Optional<Kind> find(String text) {
        String wanted = text.toLowerCase(java.util.Locale.ROOT);
        return Arrays.stream(values())
                .filter(
                        k ->
                                k.plural.equals(wanted)
                                        || k.title
                                                .toLowerCase(java.util.Locale.ROOT)
                                                .equals(wanted))
                .findFirst();
    }

    @Override
    public String toString() {
        return title;
    }
}
