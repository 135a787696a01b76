package io.portolan.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says what was said then with the names and numbers of now. Used by one thread. */
final class Replay {
    private static final List<String> SEQUENCES = List.of("sequence", "appliedSequence");

    private static final String LATER = "\"fieldOfALaterVersion\": {\"a\": [1]}";

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, JsonElement> numbers = new HashMap<>();

    /** A text of then stands for one of now, wherever it is said. */
    void text(JsonObject then, JsonObject now, String field) {
        if (then.has(field) && now.has(field)) {
            texts.put(then.get(field).getAsString(), now.get(field).getAsString());
        }
    }

    /** A number of then stands for one of now in fields of this name. */
    void number(JsonObject then, JsonObject now, String field) {
        numbers.put(field + "=" + then.get(field), now.get(field));
    }

    void text(String then, String now) {
        texts.put(then, now);
    }

    String path(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            parts.add(texts.getOrDefault(part, part));
        }
        return String.join("/", parts);
    }

    /**
     * @param cursor of now
     * @param wait in seconds
     */
    String query(String query, long cursor, int wait) {
        List<String> parameters = new ArrayList<>();
        for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String name = parameter.substring(0, parameter.indexOf('='));
            parameters.add(
                    name
                            + "="
                            + switch (name) {
                                case "cursor" -> Long.toString(cursor);
                                case "wait" -> Integer.toString(wait);
                                default ->
                                        numbers.getOrDefault(
                                                        parameter,
                                                        new JsonPrimitive(
                                                                parameter.substring(
                                                                        name.length() + 1)))
                                                .getAsString();
                            });
        }
        return String.join("&", parameters);
    }

    String body(String body) {
        return body.isEmpty() ? "" : said("", JsonParser.parseString(body)).toString();
    }

    private JsonElement said(String field, JsonElement then) {
        if (then.isJsonObject()) {
            JsonObject out = new JsonObject();
            then.getAsJsonObject()
                    .entrySet()
                    .forEach(e -> out.add(e.getKey(), said(e.getKey(), e.getValue())));
            return out;
        }
        if (then.isJsonArray()) {
            JsonArray out = new JsonArray();
            then.getAsJsonArray().forEach(e -> out.add(said(field, e)));
            return out;
        }
        if (then instanceof JsonPrimitive primitive && primitive.isString()) {
            return new JsonPrimitive(
                    texts.getOrDefault(primitive.getAsString(), primitive.getAsString()));
        }
        String kind = SEQUENCES.contains(field) ? "sequence" : field;
        return numbers.getOrDefault(kind + "=" + then, then);
    }

    /** The same object with a field that nobody knows yet; what is no object stays as it is. */
    static String unknown(String json) {
        if (!json.startsWith("{")) {
            return json;
        }
        return "{" + LATER + (json.equals("{}") ? "" : ", ") + json.substring(1);
    }
}
