package io.portolan.agent.state;

/** The state directory cannot be used. The message says what to do about it. */
public final class StateException extends RuntimeException {
    /** Why. */
    public enum Code {
        /** Another agent uses the directory. */
        LOCKED,
        /** What is there cannot be read back. */
        CORRUPT,
        /** The file system refused. */
        IO
    }

    private final Code code;

    public StateException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
