package io.portolan.model.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.dr.DrPolicySpec.Preset;

/**
 * What a preset of a disaster-recovery policy stands for. It is put in where the document says
 * nothing, so that what is stored and read back is the policy itself: a later version of this table
 * changes no policy that exists.
 */
final class Presets {
    private Presets() {}

    private static ObjectNode values(Preset preset) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        return switch (preset) {
            case ACTIVE_ACTIVE ->
                    out.put("writers", "many")
                            .put("trigger", "automatic")
                            .put("toleration", "1m")
                            .put("rto", "5m");
            case PILOT_LIGHT ->
                    out.put("writers", "single")
                            .put("standby", "pilot-light")
                            .put("trigger", "propose")
                            .put("reserve", true)
                            .put("rto", "30m");
            case WARM ->
                    out.put("writers", "many")
                            .put("standby", "warm")
                            .put("trigger", "automatic")
                            .put("toleration", "1m")
                            .put("reserve", true)
                            .put("rto", "5m");
            case HOT ->
                    out.put("writers", "many")
                            .put("standby", "hot")
                            .put("trigger", "automatic")
                            .put("toleration", "0s")
                            .put("rto", "2m");
            case COLD ->
                    out.put("writers", "single")
                            .put("standby", "cold")
                            .put("trigger", "propose")
                            .put("reserve", false)
                            .put("rto", "4h");
            case QUORUM_OF_THREE -> {
                out.put("writers", "many").put("trigger", "propose").put("rto", "15m");
                out.putObject("safety").put("minActive", 2);
                yield out;
            }
        };
    }

    /** Completes a policy that names one; one that is unknown is left for its reader to refuse. */
    static void expand(ObjectNode policy) {
        String name = policy.path("preset").asText();
        for (Preset preset : Preset.values()) {
            if (preset.toString().equals(name)) {
                complete(policy, values(preset));
            }
        }
    }

    private static void complete(ObjectNode document, ObjectNode preset) {
        preset.forEachEntry(
                (field, value) -> {
                    if (!document.hasNonNull(field)) {
                        document.set(field, value);
                    } else if (document.get(field) instanceof ObjectNode said
                            && value instanceof ObjectNode more) {
                        complete(said, more);
                    }
                });
    }
}
