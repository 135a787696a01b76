package io.portolan.e2e;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.Set;

/**
 * Who owns a field of a live object by Kubernetes' own record, {@code metadata.managedFields}.
 *
 * @param operation {@code Apply} or {@code Update}
 * @param subresource empty for the object itself
 */
record FieldOwner(String manager, String operation, String subresource) {
    static final FieldOwner PORTOLAN = applies("portolan");

    static FieldOwner applies(String manager) {
        return new FieldOwner(manager, "Apply", "");
    }

    /** By an edit, a script, a controller: whatever is no apply. */
    static FieldOwner edits(String manager) {
        return new FieldOwner(manager, "Update", "");
    }

    static FieldOwner scales(String manager) {
        return new FieldOwner(manager, "Update", "scale");
    }

    /**
     * All owners of a field; of the whole object when no path is given.
     *
     * @param path names of fields; an item of a list as in the record: {@code k:{"name":"main"}}
     */
    static Set<FieldOwner> of(JsonObject object, String... path) {
        Set<FieldOwner> owners = new HashSet<>();
        for (JsonElement item :
                object.getAsJsonObject("metadata").getAsJsonArray("managedFields")) {
            JsonObject entry = item.getAsJsonObject();
            if (holds(entry.getAsJsonObject("fieldsV1"), path)) {
                owners.add(
                        new FieldOwner(
                                entry.get("manager").getAsString(),
                                entry.get("operation").getAsString(),
                                entry.has("subresource")
                                        ? entry.get("subresource").getAsString()
                                        : ""));
            }
        }
        return owners;
    }

    private static boolean holds(JsonObject fields, String... path) {
        JsonObject here = fields;
        for (String name : path) {
            String key = name.startsWith("k:") ? name : "f:" + name;
            if (!here.has(key)) {
                return false;
            }
            here = here.getAsJsonObject(key);
        }
        return true;
    }
}
