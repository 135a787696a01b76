package io.portolan.agent.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.model.app.KubeObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One page of a list, read as it comes.
 *
 * @param next token of the following page, empty on the last
 */
record ListPage(String resourceVersion, String next) {

    static ListPage read(InputStream in, TypeRef type, Consumer<KubeObject> each)
            throws IOException {
        KubeObject head = new KubeObject(Map.of());
        try (JsonParser parser = KubeJson.parser(in)) {
            KubeJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (key.equals("metadata") && value == JsonToken.START_OBJECT) {
                    head = new KubeObject(KubeJson.object(parser, new LinkedHashMap<>()));
                } else if (key.equals("items") && value == JsonToken.START_ARRAY) {
                    items(parser, type, each);
                } else {
                    parser.skipChildren();
                }
            }
            KubeJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        }
        return new ListPage(text(head, "resourceVersion"), text(head, "continue"));
    }

    private static void items(JsonParser parser, TypeRef type, Consumer<KubeObject> each)
            throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            KubeJson.expect(parser, parser.currentToken(), JsonToken.START_OBJECT);
            // Items of built-in kinds do not say what they are.
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("apiVersion", type.apiVersion());
            item.put("kind", type.kind());
            each.accept(new KubeObject(KubeJson.object(parser, item)));
        }
    }

    private static String text(KubeObject head, String key) {
        return head.at(key) instanceof String s ? s : "";
    }
}
