package io.portolan.agent.kube;

import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.model.app.KubeObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Asks a server for its kinds: in two calls where it aggregates discovery (Kubernetes 1.27 and
 * newer), else one call per group version.
 */
final class DiscoveryReader {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    private final Transport transport;

    DiscoveryReader(Transport transport) {
        this.transport = transport;
    }

    /**
     * @param silent group versions whose own server did not answer: of their kinds nothing is known
     */
    record Kinds(List<ApiKind> kinds, Set<String> silent) {
        Kinds {
            kinds = List.copyOf(kinds);
            silent = Set.copyOf(silent);
        }
    }

    /** The server answered, but not with its kinds. */
    static final class Failed extends IOException {
        private final Duration retryAfter;

        Failed(String message, Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }

        Duration retryAfter() {
            return retryAfter;
        }
    }

    Kinds read() throws IOException {
        List<ApiKind> kinds = new ArrayList<>();
        Set<String> silent = new HashSet<>();
        for (String root : List.of("api", "apis")) {
            KubeObject answer = ask(AGGREGATED, root);
            if (answer.kind().equals("APIGroupDiscoveryList")) {
                aggregated(answer, kinds, silent);
            } else {
                grouped(root, answer, kinds, silent);
            }
        }
        return new Kinds(kinds, silent);
    }

    /** As {@code v1.36.3}. */
    String version() throws IOException {
        return ask("application/json", "version").at("gitVersion") instanceof String s ? s : "";
    }

    String words(IOException e) {
        return "Kubernetes API at " + transport.server() + ": " + Words.of(e);
    }

    private KubeObject ask(String accept, String path) throws IOException {
        HttpUrl url = transport.url(u -> u.addPathSegments(path));
        Transport.Answer answer = transport.read(url, accept);
        if (!answer.ok()) {
            Problem problem = Problem.of(answer);
            throw new Failed(
                    "discovery at /" + path + ": " + problem.message(), problem.retryAfter());
        }
        return new KubeObject(KubeJson.read(answer.body()));
    }

    private static void aggregated(KubeObject list, List<ApiKind> kinds, Set<String> silent) {
        for (KubeObject group : items(list.at("items"))) {
            for (KubeObject version : items(group.at("versions"))) {
                String apiVersion =
                        group.name().isEmpty()
                                ? text(version, "version")
                                : group.name() + "/" + text(version, "version");
                if (text(version, "freshness").equals("Stale")) {
                    silent.add(apiVersion);
                }
                for (KubeObject resource : items(version.at("resources"))) {
                    kinds.add(
                            new ApiKind(
                                    apiVersion,
                                    text(resource, "responseKind", "kind"),
                                    text(resource, "resource"),
                                    text(resource, "scope").equals("Namespaced")));
                }
            }
        }
    }

    private void grouped(String root, KubeObject answer, List<ApiKind> kinds, Set<String> silent)
            throws IOException {
        List<String> versions = new ArrayList<>();
        if (answer.at("versions") instanceof List<?> core) {
            core.forEach(v -> versions.add(String.valueOf(v)));
        }
        for (KubeObject group : items(answer.at("groups"))) {
            items(group.at("versions")).forEach(v -> versions.add(text(v, "groupVersion")));
        }
        for (String apiVersion : versions) {
            try {
                KubeObject list = ask("application/json", root + "/" + apiVersion);
                for (KubeObject resource : items(list.at("resources"))) {
                    if (!text(resource, "name").contains("/")) {
                        kinds.add(
                                new ApiKind(
                                        apiVersion,
                                        text(resource, "kind"),
                                        text(resource, "name"),
                                        Boolean.TRUE.equals(resource.at("namespaced"))));
                    }
                }
            } catch (Failed _) {
                silent.add(apiVersion);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<KubeObject> items(@org.jspecify.annotations.Nullable Object list) {
        if (!(list instanceof List<?> elements)) {
            return List.of();
        }
        return elements.stream()
                .filter(e -> e instanceof Map<?, ?>)
                .map(e -> new KubeObject((Map<String, Object>) e))
                .toList();
    }

    private static String text(KubeObject object, String... path) {
        return object.at(path) instanceof String s ? s : "";
    }
}
