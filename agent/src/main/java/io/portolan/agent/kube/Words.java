package io.portolan.agent.kube;

import java.io.IOException;

/** A broken connection in words for people. */
final class Words {
    private Words() {}

    static String of(IOException e) {
        String message = e.getMessage();
        return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
    }
}
