package io.portolan.dr;

import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * What keeps central from failing over by itself: signs that it is central that is cut off, and not
 * a cluster that is lost (DESIGN.md section 7). A failover that an operator types is never held.
 *
 * <p>Only clusters that fell silent at about the same time count together, so that one which has
 * been gone for days holds nothing up. One lost cluster of a small fleet is never too many.
 *
 * <p>Example: of twenty clusters five (a quarter) may fall silent within ten minutes; with the
 * sixth the brake holds.
 */
public final class Brake {
    /** A new leader has not heard from everybody yet. */
    static final Duration YOUNG = Duration.ofSeconds(60);

    /** Older news tell of the store's health, not of the clusters'. */
    static final Duration STALE = Duration.ofSeconds(10);

    /** Silences that began within this time of each other are one happening. */
    static final Duration TOGETHER = Duration.ofMinutes(10);

    /** Clusters return one by one, and whoever is on them is looked at then. */
    static final Duration AGAIN = Duration.ofSeconds(30);

    /** So many of a hundred may fall silent together, where central is not told otherwise. */
    public static final int SHARE = 25;

    private final Collection<Duration> silent;
    private final int joined;
    private final int share;
    private final Duration leading;
    private final Duration news;
    private final Optional<String> cutOff;

    /**
     * @param joined clusters whose agents were ever heard
     * @param silent for how long each of them that is not heard has been silent
     * @param leading for how long this node has led
     * @param news how old the silences are
     * @param share so many of a hundred may fall silent together
     * @param cutOff what tells that this node's own network is ill, as {@code this node hears 1 of
     *     3 central nodes}
     */
    public Brake(
            int joined,
            Collection<Duration> silent,
            Duration leading,
            Duration news,
            int share,
            Optional<String> cutOff) {
        this.joined = joined;
        this.silent = silent;
        this.leading = leading;
        this.news = news;
        this.share = share;
        this.cutOff = cutOff;
    }

    /** Of a node whose network is well, with the usual share. */
    public Brake(int joined, Collection<Duration> silent, Duration leading, Duration news) {
        this(joined, silent, leading, news, SHARE, Optional.empty());
    }

    /**
     * That it holds.
     *
     * @param why the same while nothing but numbers change, for it is told of each application
     * @param again when it may have let go
     */
    public record Held(String why, Duration again) {}

    /**
     * Whether a cluster that has been silent for so long must not be taken for lost; empty where
     * the brake does not hold.
     */
    public Optional<Held> held(Duration silence) {
        if (leading.compareTo(YOUNG) < 0) {
            return Optional.of(
                    new Held(
                            "this leader is younger than "
                                    + Durations.format(YOUNG)
                                    + " and may not have heard everybody yet",
                            YOUNG.minus(leading)));
        }
        if (news.compareTo(STALE) > 0) {
            return Optional.of(
                    new Held(
                            "the store has told nothing of heartbeats for more than "
                                    + Durations.format(STALE),
                            STALE));
        }
        if (cutOff.isPresent()) {
            return Optional.of(
                    new Held(
                            cutOff.get() + ": it is more likely that this node is cut off", STALE));
        }
        long together =
                silent.stream()
                        .filter(s -> s.minus(silence).abs().compareTo(TOGETHER) <= 0)
                        .count();
        long most = Math.max(1, (long) joined * share / 100);
        return together <= most
                ? Optional.empty()
                : Optional.of(
                        new Held(
                                "more than "
                                        + most
                                        + " of "
                                        + joined
                                        + " clusters fell silent together: it is more likely that"
                                        + " central is cut off",
                                AGAIN));
    }
}
