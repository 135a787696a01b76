package io.portolan.agent.kube.memory;

import java.util.UUID;

/** Names that only this cluster gives, the same ones for the same seed. */
final class Identity {
    private final long seed;
    private long given;

    Identity(long seed) {
        this.seed = seed;
    }

    String uid() {
        return new UUID(seed, ++given).toString();
    }

    /** Five characters, as behind the names of pods. */
    String suffix() {
        String digits = Long.toString(60_466_176 + ++given, 36);
        return digits.substring(digits.length() - 5);
    }

    String address() {
        given++;
        return "10.0." + (given >> 8) % 256 + "." + given % 256;
    }
}
