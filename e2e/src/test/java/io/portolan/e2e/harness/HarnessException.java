package io.portolan.e2e.harness;

/**
 * The surroundings of a test could not be put up, or did not become what the test waits for; never
 * a bug of a test itself.
 */
public final class HarnessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HarnessException(String message) {
        super(message);
    }

    public HarnessException(String message, Throwable cause) {
        super(message, cause);
    }
}
