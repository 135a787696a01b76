package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.central.telemetry.Metrics;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What the server tells of itself. */
public final class SystemRoutes {
    private final Store store;
    private final Metrics metrics;
    private final String version;
    private final BooleanSupplier leaving;
    private final byte[] openapi;

    /**
     * @param leaving whether the node is being stopped
     */
    public SystemRoutes(Store store, Metrics metrics, String version, BooleanSupplier leaving) {
        this.store = store;
        this.metrics = metrics;
        this.version = version;
        this.leaving = leaving;
        this.openapi = Codec.lenient().write(document());
    }

    public List<Route> routes() {
        return List.of(
                Route.user("GET", "/api/v1/audit", this::audit)
                        .taking(Paging.LIMIT, Paging.CONTINUE),
                Route.user("GET", "/api/v1/whoami", this::whoami),
                Route.open(
                        "GET",
                        "/openapi",
                        _ -> new Answer.Whole(200, Answer.JSON, Map.of(), openapi)),
                Route.open("GET", "/livez", _ -> text("ok\n")),
                Route.open("GET", "/readyz", _ -> ready()),
                Route.open("GET", "/metrics", _ -> metrics()));
    }

    /** The hand-kept document; tests hold it against the table of routes and real answers. */
    public static JsonNode document() {
        try (InputStream in = SystemRoutes.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not packaged");
            }
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer audit(Request request, Principal.User user) {
        Reach.operator(user);
        Paging paging = Paging.of(request);
        var page = store.audit(paging.after(), paging.limit());
        return Answer.ok(Paging.shown(page.next(), page.items()));
    }

    private Answer whoami(Request request, Principal.User user) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", user.name());
        out.put("tenant", user.tenant());
        out.put("version", version);
        out.put("generation", store.generation());
        return Answer.ok(out);
    }

    /** Opening a store migrates it, so a head means that the schema is there too. */
    private Answer ready() {
        if (leaving.getAsBoolean()) {
            return Problem.unavailable("the node is being stopped").answer();
        }
        try {
            var _ = store.head();
            return text(
                    "ok\n"
                            + store.health().warnings().stream()
                                    .map(w -> "warning: " + w + "\n")
                                    .collect(Collectors.joining()));
        } catch (Store.StoreException e) {
            return Problem.unavailable(e.reason()).answer();
        }
    }

    private Answer metrics() {
        return new Answer.Whole(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                Map.of(),
                metrics.text().getBytes(StandardCharsets.UTF_8));
    }

    private static Answer text(String text) {
        return new Answer.Whole(200, "text/plain", Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }
}
