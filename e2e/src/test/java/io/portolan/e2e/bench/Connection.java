package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Central;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over one socket, as little of it as central's answers need: on a machine of two
 * processors a usual client would take more of them than what is measured.
 */
final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final String fixed;
    private int length;

    private Connection(Socket socket, String fixed) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 4_096);
        this.fixed = fixed;
    }

    static Connection to(Central central) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), central.port());
        socket.setTcpNoDelay(true);
        return new Connection(
                socket,
                """
                 HTTP/1.1
                Host: central
                Content-Type: application/json
                Authorization: Bearer %s
                Content-Length: """
                        .formatted(central.token())
                        .replace("\n", "\r\n"));
    }

    void send(String method, String path, String body) throws IOException {
        String request = method + " " + path + fixed + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads the head of the answer. */
    void expectOk() throws IOException {
        String status = line();
        length = 0;
        for (String header = line(); header != null && !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        if (status == null || !status.startsWith("HTTP/1.1 2")) {
            throw new IOException(
                    status + " " + new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }
    }

    void skipBody() throws IOException {
        in.skipNBytes(length);
    }

    /** Without its end; null at the end of the stream. */
    @Nullable String line() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            out.write(c);
            c = in.read();
        }
        String line = out.toString(StandardCharsets.UTF_8);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
