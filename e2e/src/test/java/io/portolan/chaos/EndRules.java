package io.portolan.chaos;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Effect;
import io.portolan.chaos.Recording.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In the end everything has ended, or says what it waits for, and what was wanted is in force. */
final class EndRules {
    private EndRules() {}

    static List<Broken> check(Recording recording) {
        List<Broken> broken = new ArrayList<>();
        for (Operation operation : recording.ends()) {
            if (!operation.ended() && operation.waitsFor().isEmpty()) {
                broken.add(Broken.of(Rule.ENDED, "it waits and does not say for what", operation));
            }
        }
        Map<String, Map<String, Effect>> inForce = new HashMap<>();
        for (Effect effect : recording.of(Effect.class)) {
            inForce.computeIfAbsent(effect.key(), _ -> new HashMap<>())
                    .put(effect.cluster(), effect);
        }
        recording
                .state()
                .forEach(
                        (key, held) -> {
                            if (held.deleting() && held.says().isEmpty()) {
                                broken.add(
                                        Broken.of(
                                                Rule.ENDED,
                                                key + " does not go and does not say why",
                                                held));
                            }
                            var effects = inForce.getOrDefault(key, Map.of()).values();
                            boolean register = !key.startsWith(Operators.TENANT + "/");
                            if (register
                                    && !held.deleting()
                                    && effects.stream()
                                            .noneMatch(e -> e.value().equals(held.value()))) {
                                broken.add(
                                        Broken.of(
                                                Rule.ENDED,
                                                key
                                                        + " is in no cluster as it was written: "
                                                        + held,
                                                effects.toArray()));
                            }
                        });
        return broken;
    }
}
