package io.portolan.sim;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/**
 * Copies of records that differ in one component, whatever else they have: what is planted shall
 * not have to be told of each new field.
 */
final class Altered {
    private Altered() {}

    static <R extends Record> R with(R was, String component, Object value) {
        RecordComponent[] components = was.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        boolean found = false;
        try {
            for (int i = 0; i < components.length; i++) {
                boolean it = components[i].getName().equals(component);
                found |= it;
                values[i] = it ? value : components[i].getAccessor().invoke(was);
            }
            if (!found) {
                throw new IllegalArgumentException(was.getClass() + " has no " + component);
            }
            Class<?>[] types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            @SuppressWarnings("unchecked")
            R is = (R) was.getClass().getDeclaredConstructor(types).newInstance(values);
            return is;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
