package io.portolan.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Makes {@code portolan-agent.tar} and {@code portolan-central.tar}: OCI images of four layers (C
 * library, Java runtime, libraries, our own jars), the ones that change least first. Beside them
 * {@code portolan-guard.tar}, which holds one program.
 */
public final class ImageBuild {
    /** Belongs to nobody on any machine, and is what restricted pods expect. */
    static final String USER = "65532:65532";

    private static final String HOME = "/opt/portolan/";

    private final Path root;
    private final Path work;

    private ImageBuild(Path root, Path work) {
        this.root = root;
        this.work = work;
    }

    /**
     * @param args the checkout's root, and the folder that receives the tar files
     */
    public static void main(String[] args) throws Exception {
        Path into = Path.of(args[1]);
        for (Built built : all(Path.of(args[0]), into)) {
            System.out.println(built.tar() + " " + built.digest());
        }
    }

    /**
     * An image that was made.
     *
     * @param digest of its manifest, {@code sha256:...}
     */
    public record Built(Path tar, String digest) {}

    /**
     * Makes all images from what {@code package} left in the modules' target folders.
     *
     * @param into also holds what is made on the way
     */
    public static List<Built> all(Path root, Path into) throws Exception {
        return List.of(agent(root, into), one(root, into, Recipe.CENTRAL), guard(root, into));
    }

    /** The agent's image alone. */
    public static Built agent(Path root, Path into) throws Exception {
        return one(root, into, Recipe.AGENT);
    }

    /** The guard's image alone. */
    public static Built guard(Path root, Path into) throws Exception {
        return in(into, GuardImage.NAME, (work, tar) -> GuardImage.make(root, work, tar));
    }

    private static Built one(Path root, Path into, Recipe recipe) throws Exception {
        return in(
                into,
                recipe.image(),
                (work, tar) ->
                        new ImageBuild(root.toAbsolutePath().normalize(), work).make(recipe, tar));
    }

    private interface Making {
        Built make(Path work, Path tar) throws Exception;
    }

    private static Built in(Path into, String image, Making making) throws Exception {
        Path work = Files.createDirectories(into).resolve("work-" + image);
        remove(work);
        Files.createDirectories(work);
        Built built = making.make(work, into.resolve(image + ".tar"));
        remove(work);
        return built;
    }

    private Built make(Recipe recipe, Path tar)
            throws IOException,
                    InterruptedException,
                    ExecutionException,
                    RegistryException,
                    InvalidImageReferenceException,
                    CacheDirectoryCreationException {
        Path target = root.resolve(recipe.module()).resolve("target");
        Path main = target.resolve("portolan-" + recipe.module() + ".jar");
        if (!Files.exists(main)) {
            throw new IOException("no " + main + ": run ./mvnw package first");
        }
        List<Path> libraries = new ArrayList<>();
        List<Path> own = new ArrayList<>(List.of(main));
        try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
            for (Path jar : jars.sorted().toList()) {
                String name = jar.getFileName().toString();
                if (recipe.without().stream().noneMatch(name::startsWith)) {
                    (name.startsWith("portolan-") ? own : libraries).add(jar);
                }
            }
        }
        Path runtime = work.resolve("runtime");
        LeanRuntime.link(
                LeanRuntime.modules(Stream.concat(own.stream(), libraries.stream()).toList()),
                runtime);
        String version = version(main);
        JibContainerBuilder image =
                Jib.fromScratch()
                        .setFormat(ImageFormat.OCI)
                        .setUser(USER)
                        .setEnvironment(recipe.environment())
                        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
                        .addLabel("org.opencontainers.image.title", recipe.title())
                        .addLabel("org.opencontainers.image.version", version)
                        .setEntrypoint(
                                HOME + "runtime/bin/java",
                                "@" + HOME + "jvm.options",
                                "-cp",
                                HOME + "lib/*",
                                recipe.mainClass())
                        .addFileEntriesLayer(system(runtime))
                        .addFileEntriesLayer(folder("runtime", runtime))
                        .addFileEntriesLayer(jars("libraries", libraries))
                        .addFileEntriesLayer(ours(own, root.resolve(recipe.options())));
        JibContainer made =
                image.containerize(
                        Containerizer.to(TarImage.at(tar).named(recipe.image() + ":" + version))
                                .setOfflineMode(true)
                                .setBaseImageLayersCache(work.resolve("base"))
                                .setApplicationLayersCache(work.resolve("layers")));
        return new Built(tar, made.getDigest().toString());
    }

    /** What a Linux program expects around it, and what the runtime is linked with. */
    private FileEntriesLayer system(Path runtime) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("system");
        for (Map.Entry<String, Path> file : CLibrary.of(runtime).entrySet()) {
            layer.addEntry(
                    file.getValue(),
                    AbsoluteUnixPath.get(file.getKey()),
                    FilePermissions.fromOctalString("755"));
        }
        text(layer, "/etc/passwd", "portolan:x:65532:65532::/:/nowhere\n");
        text(layer, "/etc/group", "portolan:x:65532:\n");
        text(layer, "/etc/nsswitch.conf", "hosts: files dns\n");
        layer.addEntry(
                Files.createDirectories(work.resolve("tmp")),
                AbsoluteUnixPath.get("/tmp"),
                FilePermissions.fromOctalString("777"));
        return layer.build();
    }

    private void text(FileEntriesLayer.Builder layer, String place, String text)
            throws IOException {
        Path file = work.resolve(place.substring(1).replace('/', '-'));
        layer.addEntry(Files.writeString(file, text), AbsoluteUnixPath.get(place));
    }

    private static FileEntriesLayer folder(String name, Path folder) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
                layer.addEntry(
                        path,
                        AbsoluteUnixPath.get(HOME + name + "/" + folder.relativize(path)),
                        FilePermissions.fromOctalString(Files.isExecutable(path) ? "755" : "644"));
            }
        }
        return layer.build();
    }

    private static FileEntriesLayer jars(String name, List<Path> jars) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (Path jar : jars) {
            layer.addEntry(jar, AbsoluteUnixPath.get(HOME + "lib/" + jar.getFileName()));
        }
        return layer.build();
    }

    private static FileEntriesLayer ours(List<Path> jars, Path options) {
        return jars("portolan", jars).toBuilder()
                .addEntry(options, AbsoluteUnixPath.get(HOME + "jvm.options"))
                .build();
    }

    static String version(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String version =
                    file.getManifest().getMainAttributes().getValue("Implementation-Version");
            if (version == null) {
                throw new IOException(jar + " does not say its version");
            }
            return version;
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
