package io.portolan.model.wire;

import io.portolan.model.Digest;
import io.portolan.model.app.Work;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HexFormat;

/**
 * Anti-entropy: both ends know one digest of what should be on a cluster, over application and
 * sequence of every work that is no tombstone.
 *
 * <p>The exclusive or of the works' own SHA-256 digests, so that a change costs what it changes,
 * however many works there are: {@link #toggled} takes a work in, and out again. It finds what was
 * lost by accident; it is no proof against somebody who chooses the works.
 */
public record WorkSet(long a, long b, long c, long d) {
    public static final WorkSet EMPTY = new WorkSet(0, 0, 0, 0);

    public static WorkSet of(Collection<Work> works) {
        return joined(works.stream().map(EMPTY::toggled).toList());
    }

    /** Of sets that have no work in common. */
    public static WorkSet joined(Iterable<WorkSet> sets) {
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (WorkSet set : sets) {
            a ^= set.a;
            b ^= set.b;
            c ^= set.c;
            d ^= set.d;
        }
        return new WorkSet(a, b, c, d);
    }

    /** With a work that was not in it, or without one that was; a tombstone never is. */
    public WorkSet toggled(Work work) {
        if (work.tombstone()) {
            return this;
        }
        String text = work.application() + ":" + work.sequence();
        ByteBuffer own = ByteBuffer.wrap(HexFormat.of().parseHex(Digest.of(text).hex()));
        return new WorkSet(
                a ^ own.getLong(), b ^ own.getLong(), c ^ own.getLong(), d ^ own.getLong());
    }

    public Digest digest() {
        HexFormat hex = HexFormat.of();
        return new Digest(
                hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d));
    }
}
