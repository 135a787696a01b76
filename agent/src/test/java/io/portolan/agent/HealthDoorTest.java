package io.portolan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the kubelet hears. */
class HealthDoorTest {
    @Test
    void probesFollowWhatTheyAskAbout() throws IOException {
        AtomicBoolean alive = new AtomicBoolean(true);
        int port = free();
        try (HealthDoor door = HealthDoor.open(port)) {
            assertEquals(200, status(port, "/livez"), "nobody to ask yet");
            door.lives(alive::get);
            assertEquals(200, status(port, "/livez"));
            assertEquals(503, status(port, "/readyz"));
            door.welcomed();
            assertEquals(200, status(port, "/readyz"));
            alive.set(false);
            assertEquals(503, status(port, "/livez"));
            assertEquals(404, status(port, "/metrics"));
            assertThrows(IllegalArgumentException.class, () -> HealthDoor.open(port));
        }
    }

    private static int status(int port, String path) throws IOException {
        HttpURLConnection call =
                (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        try {
            return call.getResponseCode();
        } finally {
            call.disconnect();
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
