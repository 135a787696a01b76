package io.portolan.agent.kube;

import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.portolan.agent.kube.Mapping.Lookup;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * {@link KubeApi} over HTTP. The official client gives credentials and TLS; paths, bodies and
 * answers are ours, because an apply must carry exactly the fields that we mean to own and a list
 * must not be held whole.
 */
public final class KubernetesApi implements KubeApi {
    private static final int PAGE_SIZE = 250;
    private static final int WATCH_SECONDS = 240;

    private final Transport transport;
    private final DiscoveryReader discovery;
    private final Mapping mapping;
    private final Set<LiveWatch> watches = ConcurrentHashMap.newKeySet();

    private KubernetesApi(ClientBuilder builder) {
        LeanClient client = new LeanClient();
        builder.setApiClient(client).setPingInterval(Duration.ofSeconds(10)).build();
        this.transport = new Transport(client, Duration.ofSeconds(WATCH_SECONDS + 90));
        this.discovery = new DiscoveryReader(transport);
        this.mapping = new Mapping(discovery, System::nanoTime);
    }

    /**
     * The current context of a kubeconfig; relative paths in it start at its folder.
     *
     * @throws UncheckedIOException when it or a file that it names cannot be read
     */
    public static KubernetesApi fromKubeconfig(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            KubeConfig config = KubeConfig.loadKubeConfig(reader);
            config.setFile(file.toAbsolutePath().toFile());
            return new KubernetesApi(ClientBuilder.kubeconfig(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The service account of the pod that this runs in.
     *
     * @throws UncheckedIOException when its files cannot be read
     */
    public static KubernetesApi inCluster() {
        try {
            return new KubernetesApi(ClientBuilder.cluster());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Applied apply(KubeObject object, boolean force) {
        return change(
                object.ref(),
                "application/apply-patch+yaml",
                object,
                url -> url.addQueryParameter("force", Boolean.toString(force)));
    }

    @Override
    public Applied patch(ObjectRef ref, KubeObject mergePatch, @Nullable String resourceVersion) {
        KubeObject body =
                resourceVersion == null
                        ? mergePatch
                        : mergePatch.with(resourceVersion, "metadata", "resourceVersion");
        return change(ref, "application/merge-patch+json", body, url -> url);
    }

    private Applied change(
            ObjectRef ref, String mediaType, KubeObject body, UnaryOperator<HttpUrl.Builder> more) {
        TypeRef type = TypeRef.of(ref);
        switch (mapping.find(type)) {
            case Lookup.Unknown() -> {
                return new Applied.Refused(404, "UnknownKind", unknown(type));
            }
            case Lookup.Unclear(String message, Duration after) -> {
                return new Applied.Retry(message, after);
            }
            case Lookup.Found(ApiKind kind) -> {
                String misplaced = misplaced(kind, ref);
                if (!misplaced.isEmpty()) {
                    return new Applied.Refused(400, "WrongScope", misplaced);
                }
                HttpUrl url =
                        transport.url(
                                u ->
                                        more.apply(path(u, kind, ref))
                                                .addQueryParameter("fieldManager", FIELD_MANAGER));
                Transport.Payload payload =
                        new Transport.Payload(mediaType, KubeJson.write(body.json()));
                try {
                    return applied(type, transport.call("PATCH", url, payload));
                } catch (IOException e) {
                    return new Applied.Retry(discovery.words(e), Duration.ZERO);
                }
            }
        }
    }

    private Applied applied(TypeRef type, Transport.Answer answer) throws IOException {
        if (answer.ok()) {
            return new Applied.Ok(
                    new KubeObject(KubeJson.read(answer.body())), answer.code() == 201);
        }
        Problem problem = Problem.of(answer);
        if (!problem.conflicts().isEmpty()) {
            return new Applied.Conflict(problem.conflicts());
        }
        if (problem.passing()) {
            return new Applied.Retry(problem.message(), problem.retryAfter());
        }
        if (problem.unknownPath()) {
            mapping.forget(type);
        }
        return new Applied.Refused(problem.code(), problem.reason(), problem.message());
    }

    @Override
    public Deleted delete(ObjectRef ref, String uid) {
        switch (mapping.find(TypeRef.of(ref))) {
            case Lookup.Unknown() -> {
                return new Deleted.UnknownKind();
            }
            case Lookup.Unclear(String message, Duration after) -> {
                return new Deleted.Retry(message, after);
            }
            case Lookup.Found(ApiKind kind) -> {
                if (!misplaced(kind, ref).isEmpty()) {
                    return new Deleted.Gone();
                }
                Map<String, Object> options = new LinkedHashMap<>();
                options.put("apiVersion", "v1");
                options.put("kind", "DeleteOptions");
                options.put("propagationPolicy", "Background");
                options.put("preconditions", Map.of("uid", uid));
                Transport.Payload payload =
                        new Transport.Payload("application/json", KubeJson.write(options));
                try {
                    HttpUrl url = transport.url(u -> path(u, kind, ref));
                    return deleted(TypeRef.of(ref), transport.call("DELETE", url, payload));
                } catch (IOException e) {
                    return new Deleted.Retry(discovery.words(e), Duration.ZERO);
                }
            }
        }
    }

    private Deleted deleted(TypeRef type, Transport.Answer answer) {
        if (answer.ok()) {
            return new Deleted.Accepted();
        }
        Problem problem = Problem.of(answer);
        if (problem.unknownPath()) {
            mapping.forget(type);
            return new Deleted.UnknownKind();
        }
        if (problem.code() == 404) {
            return new Deleted.Gone();
        }
        // "Precondition failed: UID in precondition ..." before Kubernetes 1.35, "the UID in the
        // precondition ... does not match" since.
        if (problem.code() == 409 && problem.message().contains("UID in ")) {
            return new Deleted.OtherUid();
        }
        // A namespace that is already leaving.
        if (problem.code() == 409
                && problem.message().contains("ensuring all content is removed")) {
            return new Deleted.Accepted();
        }
        return problem.passing() || problem.code() == 409
                ? new Deleted.Retry(problem.message(), problem.retryAfter())
                : new Deleted.Refused(problem.code(), problem.reason(), problem.message());
    }

    @Override
    public Found get(ObjectRef ref) {
        TypeRef type = TypeRef.of(ref);
        switch (mapping.find(type)) {
            case Lookup.Unknown() -> {
                return new Found.UnknownKind();
            }
            case Lookup.Unclear(String message, Duration after) -> {
                return new Found.Retry(message, after);
            }
            case Lookup.Found(ApiKind kind) -> {
                if (!misplaced(kind, ref).isEmpty()) {
                    return new Found.Absent();
                }
                try {
                    HttpUrl url = transport.url(u -> path(u, kind, ref));
                    return found(type, transport.call("GET", url, null));
                } catch (IOException e) {
                    return new Found.Retry(discovery.words(e), Duration.ZERO);
                }
            }
        }
    }

    private Found found(TypeRef type, Transport.Answer answer) throws IOException {
        if (answer.ok()) {
            return new Found.Ok(new KubeObject(KubeJson.read(answer.body())));
        }
        Problem problem = Problem.of(answer);
        if (problem.unknownPath()) {
            mapping.forget(type);
            return new Found.UnknownKind();
        }
        if (problem.code() == 404) {
            return new Found.Absent();
        }
        return problem.passing()
                ? new Found.Retry(problem.message(), problem.retryAfter())
                : new Found.Refused(problem.code(), problem.reason(), problem.message());
    }

    @Override
    public Listed list(TypeRef type, String labelSelector, Consumer<KubeObject> each) {
        switch (mapping.find(type)) {
            case Lookup.Unknown() -> {
                return new Listed.UnknownKind();
            }
            case Lookup.Unclear(String message, Duration after) -> {
                return new Listed.Failed(message, after);
            }
            case Lookup.Found(ApiKind kind) -> {
                try {
                    return pages(type, kind, labelSelector, each);
                } catch (IOException e) {
                    return new Listed.Failed(discovery.words(e), Duration.ZERO);
                }
            }
        }
    }

    private Listed pages(
            TypeRef type, ApiKind kind, String labelSelector, Consumer<KubeObject> each)
            throws IOException {
        String next = "";
        while (true) {
            String from = next;
            HttpUrl url =
                    transport.url(
                            u -> {
                                HttpUrl.Builder page =
                                        selected(collection(u, kind), labelSelector)
                                                .addQueryParameter(
                                                        "limit", Integer.toString(PAGE_SIZE));
                                return from.isEmpty()
                                        ? page
                                        : page.addQueryParameter("continue", from);
                            });
            try (Response response = transport.page(url)) {
                if (response.code() != 200) {
                    Problem problem = Problem.of(Transport.answer(response));
                    if (problem.unknownPath()) {
                        mapping.forget(type);
                        return new Listed.UnknownKind();
                    }
                    if (problem.code() == 405) {
                        // Reviews and the like are only ever asked, never kept.
                        return new Listed.UnknownKind();
                    }
                    return problem.code() == 403
                            ? new Listed.Forbidden(problem.message())
                            : new Listed.Failed(problem.message(), problem.retryAfter());
                }
                ListPage page = ListPage.read(response.body().byteStream(), type, each);
                if (page.next().isEmpty()) {
                    return new Listed.Ok(page.resourceVersion());
                }
                next = page.next();
            }
        }
    }

    @Override
    public Watch watch(
            TypeRef type, String labelSelector, String resourceVersion, Consumer<WatchEvent> each) {
        LiveWatch watch =
                LiveWatch.start(
                        type,
                        () ->
                                switch (mapping.find(type)) {
                                    case Lookup.Unknown() -> throw new LiveWatch.UnknownKind(type);
                                    case Lookup.Unclear(String message, Duration _) ->
                                            throw new IOException(message);
                                    case Lookup.Found(ApiKind kind) ->
                                            transport.stream(
                                                    watchUrl(kind, labelSelector, resourceVersion));
                                },
                        each);
        watches.removeIf(LiveWatch::over);
        watches.add(watch);
        return watch;
    }

    private HttpUrl watchUrl(ApiKind kind, String labelSelector, String resourceVersion) {
        // Watches of different kinds end at different times, so that they do not all return at
        // once.
        int seconds = WATCH_SECONDS + Math.floorMod(kind.hashCode(), 60);
        return transport.url(
                u ->
                        selected(collection(u, kind), labelSelector)
                                .addQueryParameter("watch", "true")
                                .addQueryParameter("allowWatchBookmarks", "true")
                                .addQueryParameter("resourceVersion", resourceVersion)
                                .addQueryParameter("timeoutSeconds", Integer.toString(seconds)));
    }

    @Override
    public Optional<Discovery> discover() {
        try {
            DiscoveryReader.Kinds kinds = mapping.all();
            return Optional.of(new Discovery(discovery.version(), kinds.kinds(), kinds.silent()));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static HttpUrl.Builder selected(HttpUrl.Builder url, String labelSelector) {
        return labelSelector.isEmpty()
                ? url
                : url.addQueryParameter("labelSelector", labelSelector);
    }

    private static HttpUrl.Builder collection(HttpUrl.Builder url, ApiKind kind) {
        return group(url, kind).addPathSegment(kind.plural());
    }

    private static HttpUrl.Builder path(HttpUrl.Builder url, ApiKind kind, ObjectRef ref) {
        HttpUrl.Builder place = group(url, kind);
        if (kind.namespaced()) {
            place.addPathSegment("namespaces").addPathSegment(ref.namespace());
        }
        return place.addPathSegment(kind.plural()).addPathSegment(ref.name());
    }

    private static HttpUrl.Builder group(HttpUrl.Builder url, ApiKind kind) {
        return url.addPathSegments(
                kind.apiVersion().contains("/")
                        ? "apis/" + kind.apiVersion()
                        : "api/" + kind.apiVersion());
    }

    /** Why the object cannot be where it says it is; empty when it can. */
    private static String misplaced(ApiKind kind, ObjectRef ref) {
        if (ref.name().isEmpty()) {
            return kind.kind() + " has no metadata.name";
        }
        if (kind.namespaced() && ref.namespace().isEmpty()) {
            return kind.kind() + " lives in a namespace: metadata.namespace is missing";
        }
        if (!kind.namespaced() && !ref.namespace().isEmpty()) {
            return kind.kind()
                    + " is cluster-scoped on this cluster: it cannot be in namespace "
                    + ref.namespace();
        }
        return "";
    }

    private static String unknown(TypeRef type) {
        return "the cluster does not know " + type.kind() + " of " + type.apiVersion();
    }

    @Override
    public void close() {
        watches.forEach(LiveWatch::close);
        transport.close();
    }
}
