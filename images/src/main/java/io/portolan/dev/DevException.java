package io.portolan.dev;

/** What the user asked for cannot be done here; the message says why. */
class DevException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DevException(String message) {
        super(message);
    }
}
