package io.portolan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What installs an agent in its cluster, as YAML for {@code kubectl apply}. The template lies
 * beside this class as people read it; lines {@code #if NAME} and {@code #end} keep a part out.
 */
final class AgentManifest {
    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

    private AgentManifest() {}

    /**
     * What differs between clusters.
     *
     * @param central URLs of central as pods of the cluster reach it
     * @param volume size of a persistent volume for the state; absent for one that ends with the
     *     pod
     * @param storageClass of that volume; absent for the cluster's own default
     * @param secrets whether applications may hold Secrets, which the agent then reads and writes
     * @param guardImage present where the agent opens its door for guards
     */
    record Choice(
            String image,
            List<URI> central,
            String token,
            Optional<String> volume,
            Optional<String> storageClass,
            boolean secrets,
            Optional<String> guardImage) {}

    /** The flags of {@code cluster join} that only a manifest needs. */
    static final class Wishes {
        @Option(
                names = "--image",
                paramLabel = "REF",
                description =
                        "With --manifest: the agent's image. Default: portolan-agent of the"
                                + " version that central wants.")
        String image = "";

        @Option(
                names = "--central",
                paramLabel = "URL",
                split = ",",
                description =
                        "With --manifest: central as the cluster's pods reach it; of several nodes"
                                + " with commas between them.")
        List<URI> central = List.of();

        @Option(
                names = "--with-secrets",
                description =
                        "With --manifest: let applications hold Secrets. The agent may then read"
                                + " every Secret of the cluster.")
        boolean secrets;

        @Option(
                names = "--guard-image",
                paramLabel = "IMAGE",
                description =
                        "With --manifest: open the agent's door for guards, so that applications"
                                + " can fence themselves here. The image as this cluster's nodes"
                                + " pull it.")
        @Nullable String guardImage;

        @Option(
                names = "--volume",
                paramLabel = "SIZE",
                description =
                        "With --manifest: keep the agent's state on a persistent volume, as 1Gi."
                                + " Default: it ends with the pod and comes again from central.")
        @Nullable String volume;

        @Option(
                names = "--storage-class",
                paramLabel = "NAME",
                description = "With --volume: its storage class. Default: the cluster's own.")
        @Nullable String storageClass;

        void check(boolean manifest) {
            boolean any =
                    !image.isEmpty()
                            || !central.isEmpty()
                            || secrets
                            || guardImage != null
                            || volume != null
                            || storageClass != null;
            if (any && !manifest) {
                throw Failure.usage(
                        "--image, --central, --with-secrets, --guard-image, --volume and"
                                + " --storage-class say what the manifest holds",
                        "add --manifest");
            }
            if (storageClass != null && volume == null) {
                throw Failure.usage("--storage-class is that of a volume", "add --volume 1Gi");
            }
        }

        List<URI> central(URI server) {
            return central.isEmpty() ? List.of(server) : central;
        }

        Choice choice(List<URI> address, Supplier<String> version, String token) {
            return new Choice(
                    image.isEmpty() ? "portolan-agent:" + version.get() : image,
                    address,
                    token,
                    Optional.ofNullable(volume),
                    Optional.ofNullable(storageClass),
                    secrets,
                    Optional.ofNullable(guardImage));
        }
    }

    /** Whether only the machine itself reaches this address. */
    static boolean loopback(URI central) {
        String host = String.valueOf(central.getHost());
        return host.startsWith("127.") || host.equals("localhost") || host.equals("[::1]");
    }

    static String of(Choice choice) {
        Map<String, String> values = new HashMap<>();
        values.put("image", choice.image);
        values.put("central", "--central=" + joined(choice.central));
        values.put("token", choice.token);
        choice.volume.ifPresent(v -> values.put("volume", v));
        choice.guardImage.ifPresent(i -> values.put("guard", "--guard-image=" + i));
        choice.storageClass.ifPresent(c -> values.put("class", c));
        StringBuilder out = new StringBuilder();
        int hidden = 0;
        int open = 0;
        for (String line : template().lines().toList()) {
            if (line.startsWith("#if ")) {
                open++;
                hidden = hidden == 0 && !shown(line.substring(4), choice) ? open : hidden;
            } else if (line.equals("#end")) {
                hidden = hidden == open ? 0 : hidden;
                open--;
            } else if (hidden == 0) {
                out.append(filled(line, values)).append('\n');
            }
        }
        return out.toString();
    }

    private static String joined(List<URI> addresses) {
        return addresses.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    private static boolean shown(String part, Choice choice) {
        return switch (part) {
            case "volume" -> choice.volume.isPresent();
            case "ephemeral" -> choice.volume.isEmpty();
            case "class" -> choice.storageClass.isPresent();
            case "secrets" -> choice.secrets;
            case "guards" -> choice.guardImage.isPresent();
            default -> throw new IllegalStateException("no such part of the template: " + part);
        };
    }

    private static String filled(String line, Map<String, String> values) {
        return PLACE.matcher(line)
                .replaceAll(
                        place ->
                                Matcher.quoteReplacement(
                                        quoted(values.getOrDefault(place.group(1), ""))));
    }

    /** A JSON string is a YAML string, whatever a user wrote. */
    private static String quoted(String value) {
        return com.fasterxml.jackson.databind.node.TextNode.valueOf(value).toString();
    }

    private static String template() {
        try (InputStream in = AgentManifest.class.getResourceAsStream("agent-manifest.yaml")) {
            if (in == null) {
                throw new IllegalStateException("agent-manifest.yaml is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
