package io.portolan.cli;

import java.io.PrintStream;
import java.util.List;

/** Why a command cannot do what it was asked, with its exit code and what to type next. */
class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exit exit;
    private final transient List<String> details;
    private final String next;

    Failure(Exit exit, String message, List<String> details, String next) {
        super(message);
        this.exit = exit;
        this.details = List.copyOf(details);
        this.next = next;
    }

    Failure(Exit exit, String message, String next) {
        this(exit, message, List.of(), next);
    }

    static Failure usage(String message, String next) {
        return new Failure(Exit.USAGE, message, next);
    }

    Exit exit() {
        return exit;
    }

    List<String> details() {
        return details;
    }

    /** One line, then each detail on a line of its own, then what to do. */
    void print(PrintStream err) {
        err.println("error: " + getMessage());
        details.forEach(d -> err.println("  " + d));
        if (!next.isEmpty()) {
            err.println("next: " + next);
        }
    }
}
