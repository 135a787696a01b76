package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Metadata;
import io.portolan.model.Uid;
import io.portolan.model.wire.Codec;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody's word that an application shall move to where it was proposed to. It stands as an
 * annotation on the application, which only {@code POST /rebalance} writes and only the leader acts
 * on: the leader takes it away in the same commit that begins the move, so that it is carried out
 * once, and without a move where by then something else would be proposed, or its time is over.
 *
 * @param to all clusters where it is to be then
 * @param by who said it
 */
public record RebalanceOrder(List<Uid> to, String by, Instant until) {
    /** On an application: where it shall move to. */
    public static final String ANNOTATION = FleetImage.ORDER;

    /** Longer than the moves before it take, shorter than anybody forgets that it was said. */
    public static final Duration LIFE = Duration.ofHours(1);

    public RebalanceOrder {
        Objects.requireNonNull(until, "until");
        to = to.stream().sorted().toList();
    }

    /** Whether it says to go there, and its time is not over. */
    public boolean stands(List<Uid> there, Instant now) {
        return to.equals(there.stream().sorted().toList()) && now.isBefore(until);
    }

    /** Empty where there is none; one that means nothing is over since ever. */
    public static Optional<RebalanceOrder> of(Metadata application) {
        return Optional.ofNullable(application.annotations().get(ANNOTATION))
                .map(RebalanceOrder::read);
    }

    private static RebalanceOrder read(String text) {
        try {
            return Codec.lenient().read(text, RebalanceOrder.class);
        } catch (UncheckedIOException _) {
            return new RebalanceOrder(List.of(), "nobody", Instant.MIN);
        }
    }

    /** The application with this order. */
    public Metadata on(Metadata application) {
        return application.withAnnotation(ANNOTATION, Codec.lenient().text(this));
    }

    /** What a user wrote of an application, with the order that stands and no other. */
    public static Metadata kept(Metadata written, Optional<Metadata> stored) {
        return written.withAnnotation(
                ANNOTATION,
                stored.map(Metadata::annotations)
                        .map(annotations -> annotations.getOrDefault(ANNOTATION, ""))
                        .orElse(""));
    }

    /** The application without any. */
    static Metadata off(Metadata application) {
        return application.withAnnotation(ANNOTATION, "");
    }
}
