package io.portolan.model.dr;

import io.portolan.model.Check;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What central may not do by itself although the trigger is automatic.
 *
 * @param closed why the gate is closed: while it says something, nothing is begun by policy; absent
 *     while it is open
 * @param minActive no operation by policy leaves fewer clusters with the active role
 * @param rate how many failovers by policy there may be
 * @param zone of the freeze windows' times, as {@code Europe/Berlin}; absent: UTC
 * @param freeze when nothing is begun by policy
 */
public record Safety(
        Optional<String> closed,
        Optional<Integer> minActive,
        Optional<Rate> rate,
        Optional<String> zone,
        List<Freeze> freeze) {
    /** Nothing is held. */
    public static final Safety NONE =
            new Safety(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());

    private static final Duration LONGER_THAN_A_WEEK = Duration.ofDays(8);
    private static final int MOST_WINDOWS = 50;
    private static final int MOST_FAILOVERS = 20;
    private static final int MOST_WORDS = 200;

    public Safety {
        freeze = List.copyOf(freeze);
    }

    /**
     * @param failovers at most so many by policy, of one application
     * @param per within this time
     */
    public record Rate(int failovers, Duration per) {}

    /** A day of the week. */
    public enum Day {
        MON,
        TUE,
        WED,
        THU,
        FRI,
        SAT,
        SUN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A time of each of these days.
     *
     * @param to the end; at or before {@code from} it is of the next day
     * @param days on which it begins; none: every day
     * @param why for whom it holds up
     */
    public record Freeze(LocalTime from, LocalTime to, List<Day> days, String why) {
        public Freeze {
            days = List.copyOf(days);
        }

        /**
         * The end of the window that this time lies in; empty where it lies in none. Where clocks
         * are changed a window begins when its time is first reached and ends when it is last left.
         */
        public Optional<Instant> until(Instant now, ZoneId zone) {
            LocalDate today = LocalDate.ofInstant(now, zone);
            for (int ago = 0; ago <= 1; ago++) {
                LocalDate day = today.minusDays(ago);
                boolean meant =
                        days.isEmpty() || days.contains(Day.values()[day.getDayOfWeek().ordinal()]);
                Instant begin = moment(day.atTime(from), zone, List::getFirst);
                Instant end =
                        moment(
                                day.plusDays(to.isAfter(from) ? 0 : 1).atTime(to),
                                zone,
                                List::getLast);
                if (meant && !now.isBefore(begin) && now.isBefore(end)) {
                    return Optional.of(end);
                }
            }
            return Optional.empty();
        }

        /** A time that is left out is when the clocks are set forward. */
        private static Instant moment(
                LocalDateTime time, ZoneId zone, Function<List<ZoneOffset>, ZoneOffset> ofSeveral) {
            List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
            return offsets.isEmpty()
                    ? zone.getRules().getTransition(time).getInstant()
                    : time.toInstant(ofSeveral.apply(offsets));
        }

        /** {@code 22:00-06:00 on sat, sun}. */
        public String words() {
            return from
                    + "-"
                    + to
                    + (days.isEmpty()
                            ? ""
                            : " on "
                                    + String.join(", ", days.stream().map(Day::toString).toList()));
        }
    }

    /** Of the freeze windows' times. */
    public ZoneId inZone() {
        return zone.map(ZoneId::of).orElse(ZoneOffset.UTC);
    }

    /** The end of the windows that this time lies in, one after the other; empty in none. */
    public Optional<Instant> frozenUntil(Instant now) {
        return frozenUntil(now, inZone());
    }

    private Optional<Instant> frozenUntil(Instant now, ZoneId inZone) {
        Optional<Instant> end = Optional.empty();
        Instant at = now;
        while (at.isBefore(now.plus(LONGER_THAN_A_WEEK))) {
            Instant here = at;
            Optional<Instant> next =
                    freeze.stream()
                            .flatMap(f -> f.until(here, inZone).stream())
                            .max(Comparator.naturalOrder());
            if (next.isEmpty()) {
                return end;
            }
            end = next;
            at = next.get();
        }
        return end;
    }

    void check(boolean singleWriter, Check at) {
        closed.ifPresent(why -> reason(why, "nothing is begun", at.at("closed")));
        minActive.ifPresent(
                n -> {
                    at.at("minActive").range(n, 1, 1_000);
                    at.at("minActive")
                            .require(
                                    !singleWriter || n <= 1,
                                    "must be 1 for a single writer: it is never active on two"
                                            + " clusters, was "
                                            + n);
                });
        rate.ifPresent(
                r -> {
                    at.at("rate").at("failovers").range(r.failovers, 1, MOST_FAILOVERS);
                    at.at("rate")
                            .at("per")
                            .require(
                                    r.per.compareTo(Duration.ofMinutes(1)) >= 0
                                            && r.per.compareTo(Duration.ofDays(31)) <= 0,
                                    "must be 1m..31d");
                });
        zone.ifPresent(z -> at.at("zone").require(known(z), "is no time zone: \"" + z + "\""));
        Check windows = at.at("freeze");
        windows.require(freeze.size() <= MOST_WINDOWS, "at most " + MOST_WINDOWS + " windows");
        for (int i = 0; i < freeze.size(); i++) {
            reason(freeze.get(i).why, "nothing may happen then", windows.at(i).at("why"));
        }
        Instant monday = Instant.parse("2026-01-05T00:00:00Z");
        windows.require(
                frozenUntil(monday, ZoneOffset.UTC)
                        .filter(e -> !e.isBefore(monday.plus(Duration.ofDays(7))))
                        .isEmpty(),
                "covers the whole week: nothing would ever be begun; write trigger: propose");
    }

    private static void reason(String why, String what, Check at) {
        at.require(!why.isBlank(), "must say why " + what);
        at.require(why.length() <= MOST_WORDS, "at most " + MOST_WORDS + " characters");
    }

    private static boolean known(String zone) {
        try {
            ZoneId.of(zone);
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
