package io.portolan.e2e.harness;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A mutating admission webhook over HTTPS with a certificate of its own making. It answers each
 * review with the same JSON patch, and keeps its port while it is down.
 */
public final class Webhook implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "webhook";

    private final String patch;
    private final int port = Ports.next();
    private final KeyStore keys;
    private final AtomicInteger asked = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable HttpsServer server;

    private Webhook(String patch) {
        this.patch = Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
        this.keys = keys();
    }

    /**
     * @param jsonPatch what it makes of every object (RFC 6902)
     */
    public static Webhook answering(String jsonPatch) {
        Webhook webhook = new Webhook(jsonPatch);
        webhook.up();
        return webhook;
    }

    /** For {@code clientConfig.url}. */
    public String url() {
        return "https://127.0.0.1:" + port + "/mutate";
    }

    /** For {@code clientConfig.caBundle}. */
    public String caBundle() {
        try {
            byte[] der = keys.getCertificate(ALIAS).getEncoded();
            String pem =
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                            + "\n-----END CERTIFICATE-----\n";
            return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many reviews it has answered. */
    public int asked() {
        return asked.get();
    }

    public void up() {
        try {
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            HttpsServer started =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.setHttpsConfigurator(new HttpsConfigurator(context));
            started.setExecutor(threads);
            started.createContext("/mutate", this::review);
            started.start();
            server = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connections are refused from now on. */
    public void down() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    private void review(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            JsonObject review = JsonParser.parseString(body).getAsJsonObject();
            JsonObject response = new JsonObject();
            response.add("uid", review.getAsJsonObject("request").get("uid"));
            response.addProperty("allowed", true);
            response.addProperty("patchType", "JSONPatch");
            response.addProperty("patch", patch);
            review.remove("request");
            review.add("response", response);
            byte[] answer = review.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            asked.incrementAndGet();
        }
    }

    /** The JDK makes certificates by its tool only. */
    private static KeyStore keys() {
        Path file = Workspace.scratch("webhook").resolve("keys.p12");
        Proc.command(
                        "keytool",
                        Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=webhook",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .run(Duration.ofMinutes(1))
                .expect(0);
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        down();
        threads.shutdownNow();
    }
}
