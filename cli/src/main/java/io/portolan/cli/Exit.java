package io.portolan.cli;

/** How a command ended, for scripts: the exit codes of DESIGN.md section 8. */
enum Exit {
    OK(0),
    /** It differs (diff), or failed in a way that no other code names. */
    FAILED(1),
    /** The command line or a document is wrong; nothing was changed. */
    USAGE(2),
    /** No cluster fits, or an operation waits for an operator. */
    BLOCKED(3),
    TIMEOUT(4),
    CONFLICT(5),
    AUTH(6),
    NOT_FOUND(7),
    /** An operation was refused, aborted or failed. */
    OPERATION_FAILED(8),
    DEGRADED(9),
    UNREACHABLE(10);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
