package io.portolan.e2e.harness;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An image whose layers lie unpacked in a folder, and runs from there: as what it is, inside of
 * that folder and as its own user, where the machine lets us; else by its Java runtime alone.
 */
public final class ImageBox {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The loader finds them by /proc otherwise, which the box has not. */
    private static final String LIBRARIES = "/opt/portolan/runtime/lib";

    private final Path root;
    private final JsonObject config;

    private ImageBox(Path root, JsonObject config) {
        this.root = root;
        this.config = config;
    }

    /** Unpacks an OCI image from its tar file. */
    public static ImageBox unpack(Path tar) {
        Path layout = Workspace.scratch("layout");
        Path root = Workspace.scratch("box");
        tar(tar, layout);
        JsonObject index = json(layout.resolve("index.json"));
        JsonObject manifest =
                blob(layout, index.getAsJsonArray("manifests").get(0).getAsJsonObject());
        for (JsonElement layer : manifest.getAsJsonArray("layers")) {
            tar(place(layout, layer.getAsJsonObject()), root);
        }
        JsonObject image = blob(layout, manifest.getAsJsonObject("config"));
        return new ImageBox(root, image.getAsJsonObject("config"));
    }

    public Path root() {
        return root;
    }

    public String user() {
        return config.get("User").getAsString();
    }

    /** Empty when there is none of that name. */
    public String label(String name) {
        JsonElement label = config.getAsJsonObject("Labels").get(name);
        return label == null ? "" : label.getAsString();
    }

    /** The agent of this image with the arguments that the install manifest gives it. */
    public Proc.Spec agent(KubeCluster cluster, String manifest, Path kubeconfig) {
        List<JsonObject> objects = InstalledAgent.objects(manifest);
        String token = text(objects, "portolan-agent-join", "stringData", "token");
        JsonObject deployment =
                objects.stream()
                        .filter(o -> o.get("kind").getAsString().equals("Deployment"))
                        .findFirst()
                        .orElseThrow();
        List<String> arguments = new ArrayList<>(InstalledAgent.arguments(deployment));
        arguments.replaceAll(
                a -> a.startsWith("--health-port") ? "--health-port=" + Ports.next() : a);
        write("etc/portolan/join/token", token);
        try {
            Path state = Files.createDirectories(root.resolve("var/lib/portolan"));
            if (!closed(state)) {
                return open(arguments, kubeconfig);
            }
            String account = "var/run/secrets/kubernetes.io/serviceaccount/";
            write(account + "token", InstalledAgent.token(cluster));
            write(account + "ca.crt", Files.readString(cluster.apiServer().certificate()));
            write(account + "namespace", InstalledAgent.NAMESPACE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                new ArrayList<>(List.of("chroot", "--userspec=" + user(), root.toString()));
        command.addAll(entrypoint());
        command.addAll(arguments);
        return environment(Proc.command("boxed-agent", command.toArray(String[]::new)))
                .env("LD_LIBRARY_PATH", LIBRARIES)
                .env("KUBERNETES_SERVICE_HOST", "127.0.0.1")
                .env("KUBERNETES_SERVICE_PORT", Integer.toString(cluster.apiServer().port()));
    }

    /** Makes the folder a place to live in; false where the machine does not let us. */
    private boolean closed(Path state) {
        Path random = root.resolve("dev/urandom");
        return passes("chmod", "755", root.toString())
                && passes("chown", user(), state.toString())
                && passes("mkdir", "-p", root.resolve("dev").toString())
                && passes("mknod", "-m", "666", random.toString(), "c", "1", "9")
                && passes(
                        "mknod", "-m", "666", root.resolve("dev/random").toString(), "c", "1", "8")
                && passes("head", "-c", "1", random.toString())
                && passes(
                        "chroot",
                        "--userspec=" + user(),
                        root.toString(),
                        entrypoint().getFirst(),
                        "-version");
    }

    private static boolean passes(String... command) {
        return Proc.command("box-" + command[0], command)
                        .env("LD_LIBRARY_PATH", LIBRARIES)
                        .run(PATIENCE)
                        .exitCode()
                == 0;
    }

    /** The same files, called from outside. */
    private Proc.Spec open(List<String> arguments, Path kubeconfig) {
        List<String> command = new ArrayList<>();
        for (String part : entrypoint()) {
            command.add(part.replace("/opt/portolan/", root + "/opt/portolan/"));
        }
        for (String argument : arguments) {
            command.add(
                    switch (argument.split("=", 2)[0]) {
                        case "--in-cluster" -> "--kubeconfig=" + kubeconfig;
                        case "--state-dir" -> "--state-dir=" + root.resolve("var/lib/portolan");
                        case "--join-token-file" ->
                                "--join-token-file=" + root.resolve("etc/portolan/join/token");
                        default -> argument;
                    });
        }
        return environment(Proc.command("boxed-agent", command.toArray(String[]::new)));
    }

    private Proc.Spec environment(Proc.Spec spec) {
        for (JsonElement variable : array("Env")) {
            String[] parts = variable.getAsString().split("=", 2);
            spec.env(parts[0], parts[1]);
        }
        return spec;
    }

    public List<String> entrypoint() {
        return array("Entrypoint").asList().stream().map(JsonElement::getAsString).toList();
    }

    private JsonArray array(String name) {
        return config.has(name) ? config.getAsJsonArray(name) : new JsonArray();
    }

    private void write(String place, String text) {
        try {
            Path file = root.resolve(place);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(List<JsonObject> objects, String name, String... path) {
        for (JsonObject object : objects) {
            if (object.getAsJsonObject("metadata").get("name").getAsString().equals(name)) {
                return object.getAsJsonObject(path[0]).get(path[1]).getAsString();
            }
        }
        throw new HarnessException("no " + name);
    }

    private static void tar(Path archive, Path into) {
        Proc.command("tar", "tar", "-xf", archive.toString(), "-C", into.toString())
                .run(PATIENCE)
                .expect(0);
    }

    private static JsonObject blob(Path layout, JsonObject descriptor) {
        return json(place(layout, descriptor));
    }

    private static Path place(Path layout, JsonObject descriptor) {
        String digest = descriptor.get("digest").getAsString();
        return layout.resolve("blobs/sha256/" + digest.substring("sha256:".length()));
    }

    private static JsonObject json(Path file) {
        try {
            return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
