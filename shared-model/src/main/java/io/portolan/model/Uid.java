package io.portolan.model;

/**
 * The identity of one life of a thing. A resource that is deleted and made again under the same
 * name has another uid, so nothing that was said of the first can be believed of the second.
 */
public record Uid(String value) implements Comparable<Uid> {
    public Uid {
        if (value.isEmpty() || value.length() > 64) {
            throw new IllegalArgumentException("uid must have 1..64 characters");
        }
    }

    @Override
    public int compareTo(Uid other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
