package io.portolan.agent.apply;

import io.portolan.model.app.Ending;
import io.portolan.model.app.ObjectRef;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of an object of ours that is not wanted. Namespaces, and what claims or is a volume,
 * may hold what nobody can bring back: they are deleted when somebody said so and never else.
 */
public enum Fate {
    /** It is deleted. */
    REMOVE,
    /** Our labels and our ownership of its fields go; it stays as it is and is nobody's. */
    GIVE_UP,
    /** It stays as it is, our label with it: the application may come back. */
    LEAVE,
    /** It stays, and stays the application's. */
    STAY;

    /**
     * @param ending of the whole application; absent where only this object was dropped
     */
    public static Fate of(ObjectRef object, Optional<Ending> ending) {
        boolean namespace = is(object, "Namespace");
        boolean holds = namespace || is(object, "PersistentVolumeClaim", "PersistentVolume");
        if (ending.isEmpty()) {
            return holds ? STAY : REMOVE;
        }
        return switch (ending.get()) {
            case MOVE -> holds ? LEAVE : REMOVE;
            case DELETE -> holds ? GIVE_UP : REMOVE;
            case DELETE_VOLUMES -> namespace ? GIVE_UP : REMOVE;
            case KEEP -> GIVE_UP;
        };
    }

    private static boolean is(ObjectRef object, String... kinds) {
        return object.group().isEmpty() && List.of(kinds).contains(object.kind());
    }
}
