package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows users and their tokens. They are no resources: nothing is declared or placed by them. */
final class Identities {
    private static final String USERS = "/api/v1/users";
    private static final String TOKENS = "/api/v1/tokens";

    private final Portolan root;
    private final Format format;

    Identities(Portolan root, Format format) {
        this.root = root;
        this.format = format;
    }

    static String user(String name) {
        return USERS + "/" + Central.encode(name);
    }

    static String token(String id) {
        return TOKENS + "/" + Central.encode(id);
    }

    private static Optional<String> plural(String kind) {
        return switch (kind.split("/", 2)[0].toLowerCase(Locale.ROOT)) {
            case "user", "users" -> Optional.of("users");
            case "token", "tokens" -> Optional.of("tokens");
            default -> Optional.empty();
        };
    }

    /** Whether a person means users or tokens by this. */
    static boolean named(String kind) {
        return plural(kind).isPresent();
    }

    /**
     * @param kind or {@code user/NAME}, as {@code -o name} prints
     */
    int show(String kind, @Nullable String name) {
        boolean users = plural(kind).orElseThrow().equals("users");
        String[] parts = kind.split("/", 2);
        Optional<String> one =
                parts.length == 2 ? Optional.of(parts[1]) : Optional.ofNullable(name);
        if (parts.length == 2 && name != null) {
            throw Failure.usage("\"" + kind + " " + name + "\" names nothing", "");
        }
        if (one.isPresent()) {
            String path = users ? user(one.get()) : token(one.get());
            JsonNode found = root.central().get(path, (users ? "User " : "Token ") + one.get());
            print(users, List.of(found), found);
        } else {
            List<JsonNode> items = root.central().list(users ? USERS : TOKENS, Map.of()).items();
            ObjectNode list = JsonNodeFactory.instance.objectNode();
            list.putArray("items").addAll(items);
            print(users, items, list);
        }
        return Exit.OK.code();
    }

    private void print(boolean users, List<JsonNode> items, JsonNode whole) {
        switch (format) {
            case TABLE, WIDE -> {
                (users ? users(items) : tokens(items)).print(root.shell.out(), "");
                root.shell.next(
                        users ? "portolan token create --user NAME" : "portolan token revoke ID");
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(format, whole);
            case NAME ->
                    items.forEach(
                            i ->
                                    root.shell
                                            .out()
                                            .println(
                                                    users
                                                            ? "user/" + i.path("name").asText()
                                                            : "token/" + i.path("id").asText()));
        }
    }

    private Table users(List<JsonNode> items) {
        Table table = new Table("NAME", "ROLE", "TENANT", "AGE");
        for (JsonNode user : items) {
            table.row(
                    user.path("name").asText(),
                    user.path("role").asText(),
                    user.path("tenant").asText(),
                    Times.age(user.path("createdAt"), root.shell.clock()));
        }
        return table;
    }

    private Table tokens(List<JsonNode> items) {
        Table table = new Table("ID", "USER", "TENANT", "AGE", "EXPIRES IN", "LAST USED");
        for (JsonNode token : items) {
            table.row(
                    token.path("id").asText(),
                    token.path("user").asText(),
                    token.path("tenant").asText(),
                    Times.age(token.path("createdAt"), root.shell.clock()),
                    Times.until(token.path("expiresAt"), root.shell.clock()),
                    Times.age(token.path("lastUsedAt"), root.shell.clock()));
        }
        return table;
    }
}
