package io.portolan.central.api;

import io.portolan.central.api.Told.Before;
import io.portolan.central.api.Told.Touched;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What one watch is over.
 *
 * @param name empty for all
 * @param covers whether a key is asked for at all; of this kind, and of this name where there is
 *     one
 */
record Interest(Kind kind, String name, Selector labels, Predicate<ResourceKey> covers) {
    /** So many values of a label may be asked for before it is looked for no more. */
    private static final int MOST_VALUES = 16;

    /** What a change does to the state of who watches. */
    enum Effect {
        NONE,
        PUT,
        DELETE
    }

    Effect effect(Touched touched) {
        if (!covers.test(touched.key())) {
            return Effect.NONE;
        }
        if (touched.after().isPresent() && labels.matches(touched.after().get().labels())) {
            return Effect.PUT;
        }
        boolean had =
                switch (touched.before()) {
                    case Before.Nothing() -> false;
                    case Before.Labelled(Map<String, String> before) -> labels.matches(before);
                    case Before.Unknown() -> true;
                };
        return had ? Effect.DELETE : Effect.NONE;
    }

    /** What a change must touch, each, so that this interest has to look at it. */
    sealed interface Topic {
        record Every(Kind kind) implements Topic {}

        record Named(Kind kind, String name) implements Topic {}

        record Labelled(Kind kind, String label, String value) implements Topic {}
    }

    List<Topic> topics() {
        if (!name.isEmpty()) {
            return List.of(new Topic.Named(kind, name));
        }
        for (Selector.Requirement requirement : labels.requirements()) {
            if (requirement.operator() == Selector.Operator.IN
                    && requirement.values().size() <= MOST_VALUES) {
                return requirement.values().stream()
                        .<Topic>map(v -> new Topic.Labelled(kind, requirement.key(), v))
                        .toList();
            }
        }
        return List.of(new Topic.Every(kind));
    }
}
