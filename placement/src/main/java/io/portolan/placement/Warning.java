package io.portolan.placement;

/**
 * Something in a policy that is allowed and most likely not meant, over the fleet as it is.
 *
 * @param path of the field in the policy: {@code spread[0].minGroups}
 * @param text for people, with numbers and names
 */
public record Warning(String path, String text) {
    @Override
    public String toString() {
        return path + ": " + text;
    }
}
