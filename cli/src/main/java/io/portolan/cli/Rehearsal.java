package io.portolan.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Walks the common commands once against a central of its own on the loopback, so that a JVM which
 * records what it loads (JEP 483, JEP 514) makes an AOT cache that fits. The launcher runs it in
 * the background; it touches no file and no other host.
 */
final class Rehearsal {
    private static final String METADATA =
            "\"metadata\":{\"tenant\":\"t\",\"name\":\"a\",\"uid\":\"u\",\"generation\":1,"
                    + "\"revision\":1,\"labels\":{\"l\":\"v\"},"
                    + "\"createdAt\":\"2026-01-01T00:00:00Z\"}";
    private static final String APPLICATION =
            "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"Application\","
                    + METADATA
                    + ",\"spec\":{\"components\":[],\"placement\":\"p\"},\"status\":{"
                    + "\"observedGeneration\":1,\"summary\":\"s\",\"health\":\"Healthy\","
                    + "\"epoch\":1,\"clusters\":[{\"cluster\":\"c\",\"region\":\"r\","
                    + "\"role\":\"Active\",\"generation\":1,\"health\":\"Healthy\","
                    + "\"heard\":true}],\"conditions\":[{\"type\":\"Placed\","
                    + "\"truth\":\"True\",\"reason\":\"Placed\",\"message\":\"m\","
                    + "\"since\":\"2026-01-01T00:00:00Z\"}]}}";
    private static final String LIST =
            "{\"kind\":\"ApplicationList\",\"metadata\":{\"revision\":1},\"items\":["
                    + APPLICATION
                    + "]}";
    private static final String WHY =
            "{\"members\":[],\"conditions\":[],\"decision\":{\"satisfied\":true,"
                    + "\"summary\":\"s\",\"fates\":[{\"cluster\":\"u\",\"name\":\"c\","
                    + "\"chosen\":true,\"reason\":\"Chosen\",\"detail\":\"d\"}]}}";
    private static final String CONTEXT =
            "apiVersion: portolan.io/v1\nkind: Application\n"
                    + "metadata: {tenant: t, name: a}\nspec: {components: []}\n";

    private static final List<List<String>> COMMANDS =
            List.of(
                    List.of("get", "applications"),
                    List.of("get", "applications", "-o", "json"),
                    List.of("get", "application", "a", "-o", "yaml"),
                    List.of("get", "clusters", "-o", "wide"),
                    List.of("describe", "application", "a"),
                    List.of("why", "application", "a"),
                    List.of("events", "application", "a"),
                    List.of("wait", "application", "a", "--for", "healthy"),
                    List.of("apply", "--dry-run", "-f", "-"),
                    List.of("cluster", "health"),
                    List.of("whoami"),
                    List.of("failover", "--help"),
                    List.of("--help"));

    private Rehearsal() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocket stage = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(stage));
            Map<String, String> env =
                    Map.of(
                            "PORTOLAN_SERVER",
                            "http://127.0.0.1:" + stage.getLocalPort(),
                            "PORTOLAN_TOKEN",
                            "t");
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
            for (List<String> command : COMMANDS) {
                InputStream in =
                        new java.io.ByteArrayInputStream(CONTEXT.getBytes(StandardCharsets.UTF_8));
                Shell shell =
                        new Shell(
                                nowhere,
                                nowhere,
                                in,
                                env,
                                Path.of("/nonexistent"),
                                Clock.systemUTC(),
                                false);
                int code = Main.run(shell, command.toArray(String[]::new));
                if (code != 0) {
                    throw new IllegalStateException(command + " ended with " + code);
                }
            }
            Yaml.read("currentContext: a\ncontexts: {a: {server: x}}\n");
        }
    }

    private static void serve(ServerSocket stage) {
        while (!stage.isClosed()) {
            try {
                Socket guest = stage.accept();
                Thread.ofVirtual().start(() -> answer(guest));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void answer(Socket guest) {
        try (guest;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        guest.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String request = line;
                int length = 0;
                for (line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                        length = Integer.parseInt(line.substring(15).strip());
                    }
                }
                in.skip(length);
                byte[] body = body(request).getBytes(StandardCharsets.UTF_8);
                String head =
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n";
                guest.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                guest.getOutputStream().write(body);
                guest.getOutputStream().flush();
            }
        } catch (IOException _) {
            // The command is over.
        }
    }

    private static String body(String request) {
        String path = request.split(" ", -1)[1].replaceFirst("\\?.*", "");
        if (path.endsWith("/why")) {
            return WHY;
        }
        boolean one = path.endsWith("/a") || path.endsWith("/whoami");
        return one ? APPLICATION : path.endsWith("/events") ? "{\"items\":[]}" : LIST;
    }
}
