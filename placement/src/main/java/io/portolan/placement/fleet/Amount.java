package io.portolan.placement.fleet;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount of room.
 *
 * @param millis CPU in thousandths of a core
 * @param bytes of memory
 */
public record Amount(long millis, long bytes) {
    public static final Amount NONE = new Amount(0, 0);

    /**
     * More than any cluster has; what asks for more asks for this much. Thousands of such still add
     * up without overflow, so that sums can be taken back exactly.
     */
    private static final long MOST = 1L << 49;

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** What somebody wrote: nothing where that is negative. */
    public static Amount asked(long millis, long bytes) {
        return new Amount(Math.clamp(millis, 0, MOST), Math.clamp(bytes, 0, MOST));
    }

    public Amount plus(Amount other) {
        return new Amount(sum(millis, other.millis), sum(bytes, other.bytes));
    }

    public Amount minus(Amount other) {
        return new Amount(sum(millis, -other.millis), sum(bytes, -other.bytes));
    }

    /** Does not wrap; nor is it ever a number that has no negative. */
    private static long sum(long a, long b) {
        long sum = a + b;
        boolean wraps = ((a ^ sum) & (b ^ sum)) < 0;
        return wraps ? (a < 0 ? -Long.MAX_VALUE : Long.MAX_VALUE) : Math.max(sum, -Long.MAX_VALUE);
    }

    /** So many of what somebody wrote. */
    public Amount times(long number) {
        return asked(times(millis, number), times(bytes, number));
    }

    private static long times(long amount, long number) {
        return amount > 0 && number > MOST / amount ? MOST : amount * number;
    }

    /** No more than what somebody may ask for. */
    public Amount bounded() {
        return asked(millis, bytes);
    }

    public Amount max(Amount other) {
        return new Amount(Math.max(millis, other.millis), Math.max(bytes, other.bytes));
    }

    /** The part of it, rounded up. */
    public Amount percent(int percent) {
        return new Amount(percent(millis, percent), percent(bytes, percent));
    }

    private static long percent(long amount, int percent) {
        return amount / 100 * percent + (amount % 100 * percent + 99) / 100;
    }

    public boolean isNone() {
        return millis == 0 && bytes == 0;
    }

    /** Whether it fits; what is not asked for fits where there is less than nothing, too. */
    public boolean fits(Amount free) {
        return fitsCpu(free) && fitsMemory(free);
    }

    public boolean fitsCpu(Amount free) {
        return millis <= 0 || millis <= free.millis;
    }

    public boolean fitsMemory(Amount free) {
        return bytes <= 0 || bytes <= free.bytes;
    }

    /** How many of it fit, at most a million. */
    public int howMany(Amount free) {
        long most = 1_000_000;
        long cpu = millis <= 0 ? most : Math.max(0, free.millis) / millis;
        long memory = bytes <= 0 ? most : Math.max(0, free.bytes) / bytes;
        return (int) Math.min(most, Math.min(cpu, memory));
    }

    /** Cores: {@code 1.5}. */
    public String cpu() {
        return plain(BigDecimal.valueOf(millis, 3));
    }

    /** {@code 256 MiB}, {@code 1.5 GiB}. */
    public String memory() {
        int unit = 0;
        while (unit < UNITS.length - 1 && Math.abs(bytes) >> (10 * (unit + 1)) > 0) {
            unit++;
        }
        BigDecimal size = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(1L << (10 * unit)));
        return plain(size.setScale(1, RoundingMode.HALF_UP)) + " " + UNITS[unit];
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** {@code 1.5 CPU, 256 MiB}. */
    @Override
    public String toString() {
        return cpu() + " CPU, " + memory();
    }
}
