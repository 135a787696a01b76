package io.portolan.cli;

import io.portolan.model.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person named: {@code app checkout}, {@code app shop/checkout}, {@code app/checkout},
 * {@code application/shop/checkout} (as {@code -o name} prints), or a kind alone.
 */
record Target(Kind kind, Optional<String> tenant, Optional<String> name) {
    private static final Map<String, Kind> SHORT =
            Map.ofEntries(
                    Map.entry("app", Kind.APPLICATION),
                    Map.entry("apps", Kind.APPLICATION),
                    Map.entry("placement", Kind.PLACEMENT_POLICY),
                    Map.entry("placements", Kind.PLACEMENT_POLICY),
                    Map.entry("pp", Kind.PLACEMENT_POLICY),
                    Map.entry("dr", Kind.DR_POLICY),
                    Map.entry("drs", Kind.DR_POLICY),
                    Map.entry("drpolicy", Kind.DR_POLICY),
                    Map.entry("fo", Kind.FAILOVER));

    static Target parse(String kindOrPath, @Nullable String name) {
        List<String> parts = List.of(kindOrPath.split("/", -1));
        Kind kind = kind(parts.get(0));
        if (name == null) {
            return switch (parts.size()) {
                case 1 -> new Target(kind, Optional.empty(), Optional.empty());
                case 2 -> named(kind, parts.get(1));
                case 3 -> new Target(kind, Optional.of(parts.get(1)), Optional.of(parts.get(2)));
                default -> throw wrong(kindOrPath);
            };
        }
        if (parts.size() != 1) {
            throw wrong(kindOrPath + " " + name);
        }
        return named(kind, name);
    }

    /**
     * @param name with or without its tenant before a slash
     */
    static Target named(Kind kind, String name) {
        int slash = name.indexOf('/');
        if (name.isEmpty() || (slash >= 0 && !kind.tenanted())) {
            throw wrong(name);
        }
        return slash < 0
                ? new Target(kind, Optional.empty(), Optional.of(name))
                : new Target(
                        kind,
                        Optional.of(name.substring(0, slash)),
                        Optional.of(name.substring(slash + 1)));
    }

    String requiredName() {
        return name.orElseThrow(
                () ->
                        Failure.usage(
                                "name the "
                                        + kind
                                        + ", as "
                                        + kind.title().toLowerCase(Locale.ROOT)
                                        + " NAME",
                                "portolan get " + kind.plural()));
    }

    static Kind kind(String text) {
        String typed = text.toLowerCase(Locale.ROOT);
        return Kind.find(typed)
                .or(() -> Optional.ofNullable(SHORT.get(typed)))
                .orElseThrow(
                        () ->
                                Failure.usage(
                                        "there is no kind \"" + text + "\"",
                                        "kinds are applications (app), clusters, tenants,"
                                                + " placementpolicies (placement), drpolicies (dr),"
                                                + " failovers, users, tokens"));
    }

    private static Failure wrong(String typed) {
        return Failure.usage(
                "\"" + typed + "\" names nothing",
                "write KIND NAME, KIND TENANT/NAME or KIND/TENANT/NAME");
    }
}
