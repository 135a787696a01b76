package io.portolan.central.telemetry;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Logs of one line on standard error: {@code 2026-01-31T12:00:00.123Z INFO HttpServer message
 * thread=...}. What libraries say of their own well-being is left out.
 */
public final class Logs {
    private static final List<String> QUIET =
            List.of(
                    "com.hazelcast",
                    "org.flywaydb",
                    "com.zaxxer.hikari",
                    "io.helidon",
                    "org.postgresql",
                    "io.zonky");

    /** Held: java.util.logging forgets the level of a logger that nobody refers to. */
    private static final List<Logger> HELD = QUIET.stream().map(Logger::getLogger).toList();

    private Logs() {}

    /** For a process of its own; a library must not configure its host's logs. */
    public static void configure() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        ConsoleHandler console = new ConsoleHandler();
        console.setFormatter(new OneLine());
        console.setLevel(Level.ALL);
        root.addHandler(console);
        root.setLevel(Level.INFO);
        HELD.forEach(logger -> logger.setLevel(Level.WARNING));
    }

    static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord record) {
            String logger = String.valueOf(record.getLoggerName());
            StringBuilder out =
                    new StringBuilder()
                            .append(record.getInstant())
                            .append(' ')
                            .append(record.getLevel())
                            .append(' ')
                            .append(logger.substring(logger.lastIndexOf('.') + 1))
                            .append(' ')
                            .append(flat(formatMessage(record)))
                            .append(" thread=")
                            .append(record.getLongThreadID());
            if (record.getThrown() != null) {
                StringWriter trace = new StringWriter();
                record.getThrown().printStackTrace(new PrintWriter(trace));
                out.append(" trace=").append(flat(trace.toString()));
            }
            return out.append('\n').toString();
        }

        /** A message with a line break in it could forge a line. */
        private static String flat(String text) {
            return text.strip().replace("\r", "").replace("\n", " \\n ");
        }
    }
}
