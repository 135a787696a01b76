package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Shows what happens if a part of the fleet is lost now. */
final class LossList {
    private static final String PATH = "/api/v1/losses";
    private static final List<String> KINDS = List.of("Provider", "Region", "Zone", "Cluster");

    private final Portolan root;
    private final Format format;

    LossList(Portolan root, Format format) {
        this.root = root;
        this.format = format;
    }

    /** Whether a person means losses by this. */
    static boolean named(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.equals("loss") || lower.equals("losses");
    }

    /**
     * @param name of a provider, a region, a zone or a cluster; null for all
     */
    int show(@Nullable String name) {
        JsonNode list = root.central().get(PATH, "Losses");
        List<JsonNode> items =
                StreamSupport.stream(list.path("items").spliterator(), false)
                        .filter(i -> name == null || i.path("name").asText().equals(name))
                        .toList();
        if (items.isEmpty() && name != null) {
            throw new Failure(
                    Exit.NOT_FOUND,
                    "there is no provider, region, zone or cluster named " + name,
                    "portolan get losses");
        }
        switch (format) {
            case TABLE, WIDE -> {
                table(items).print(root.shell.out(), "");
                int pending = list.path("pending").asInt();
                if (pending > 0) {
                    root.shell
                            .err()
                            .println(
                                    "! "
                                            + pending
                                            + (pending == 1 ? " answer is" : " answers are")
                                            + " missing or being made anew");
                }
                items.stream()
                        .filter(i -> !fits(i))
                        .findFirst()
                        .ifPresent(i -> root.shell.next("portolan simulate --lose " + lose(i)));
            }
            case JSON, YAML -> {
                ObjectNode out = list.deepCopy();
                out.putArray("items").addAll(items);
                new Printer(root.shell.out()).value(format, out);
            }
            case NAME ->
                    items.forEach(
                            i ->
                                    root.shell
                                            .out()
                                            .println(
                                                    i.path("kind").asText().toLowerCase(Locale.ROOT)
                                                            + "/"
                                                            + i.path("name").asText()));
        }
        return Exit.OK.code();
    }

    private Table table(List<JsonNode> items) {
        List<String> titles =
                new ArrayList<>(
                        List.of(
                                "KIND",
                                "NAME",
                                "APPLICATIONS",
                                "FITS",
                                "DEGRADED",
                                "BREAKING",
                                "NEED-FAILOVER",
                                "NOT-FITTING",
                                "ANSWER"));
        boolean wide = format == Format.WIDE;
        if (wide) {
            titles.addAll(List.of("AGE", "CLUSTERS", "WORST"));
        }
        Table table = new Table(titles);
        for (JsonNode item : items) {
            JsonNode counts = item.path("counts");
            List<String> row =
                    new ArrayList<>(
                            List.of(
                                    item.path("kind").asText().toLowerCase(Locale.ROOT),
                                    item.path("name").asText(),
                                    item.path("applications").asText(),
                                    counts.path("Fits").asText(),
                                    counts.path("Degraded").asText(),
                                    counts.path("BreaksPolicy").asText(),
                                    counts.path("NeedsFailover").asText(),
                                    counts.path("DoesNotFit").asText(),
                                    Simulate.words(item.path("answer").asText())));
            if (wide) {
                row.add(Times.age(item.path("at"), root.shell.clock()));
                row.add(item.path("clusters").asText());
                row.add(worst(item));
            }
            table.row(row);
        }
        return table;
    }

    private static String worst(JsonNode item) {
        return StreamSupport.stream(item.path("worst").spliterator(), false)
                .map(Fleet::title)
                .collect(Collectors.joining(","));
    }

    /** As {@code portolan simulate} takes it. */
    private static String lose(JsonNode item) {
        String kind = item.path("kind").asText().toLowerCase(Locale.ROOT);
        String name = item.path("name").asText();
        int slash = name.indexOf('/');
        return kind.equals("zone") && slash > 0
                ? "\"region="
                        + name.substring(0, slash)
                        + ",zone="
                        + name.substring(slash + 1)
                        + "\""
                : kind + "=" + name;
    }

    private static boolean fits(JsonNode item) {
        return item.path("answer").asText().equals("Fits");
    }

    /** How many of each kind there are, and how many of them would do harm. */
    record Harm(boolean known, int pending, ObjectNode byKind) {
        /** {@code if lost now, 1 of 2 regions and 3 of 7 clusters would do harm}. */
        String words() {
            if (!known) {
                return "loss: not known yet";
            }
            List<String> parts = new ArrayList<>();
            for (String kind : KINDS) {
                int all = byKind.path(kind).path("all").asInt();
                int harmful = byKind.path(kind).path("harmful").asInt();
                if (harmful > 0) {
                    parts.add(harmful + " of " + all + " " + kind.toLowerCase(Locale.ROOT) + "s");
                }
            }
            if (parts.isEmpty() && pending > 0) {
                return "loss: not known yet of "
                        + pending
                        + (pending == 1 ? " part" : " parts")
                        + " of the fleet; the others can be lost now";
            }
            return "loss: "
                    + (parts.isEmpty()
                            ? "every region, zone, provider and cluster can be lost now"
                            : String.join(", ", parts) + " cannot be lost now without harm")
                    + (pending == 0 ? "" : " (" + pending + " being looked at)");
        }
    }

    /** Empty where this user may not know, or central is too old or too busy to tell. */
    static Optional<Harm> harm(Portolan root) {
        JsonNode list;
        try {
            list = root.central().get(PATH, "Losses");
        } catch (Refused e) {
            return e.status() == 503
                    ? Optional.of(new Harm(false, 0, JsonNodeFactory.instance.objectNode()))
                    : Optional.empty();
        }
        ObjectNode byKind = JsonNodeFactory.instance.objectNode();
        for (String kind : KINDS) {
            byKind.putObject(kind).put("all", 0).put("harmful", 0);
        }
        for (JsonNode item : list.path("items")) {
            if (byKind.path(item.path("kind").asText()) instanceof ObjectNode counts) {
                counts.put("all", counts.path("all").asInt() + 1);
                counts.put("harmful", counts.path("harmful").asInt() + (fits(item) ? 0 : 1));
            }
        }
        return Optional.of(
                new Harm(
                        list.path("revision").asLong() > 0
                                && (!list.path("items").isEmpty()
                                        || list.path("pending").asInt() == 0),
                        list.path("pending").asInt(),
                        byKind));
    }
}
