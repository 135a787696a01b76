package io.portolan.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Path;

/** The guard's image: one static program, which copies itself into the pods that it guards. */
final class GuardImage {
    static final String NAME = "portolan-guard";
    private static final String PROGRAM = "/guard";

    private GuardImage() {}

    static ImageBuild.Built make(Path root, Path work, Path tar) throws Exception {
        String said = Programs.run(root.resolve("images/guard/build").toString()).strip();
        Path program = Path.of(said.substring(said.lastIndexOf('\n') + 1));
        String version = ImageBuild.version(root.resolve("agent/target/portolan-agent.jar"));
        JibContainer made =
                Jib.fromScratch()
                        .setFormat(ImageFormat.OCI)
                        .setUser(ImageBuild.USER)
                        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
                        .addLabel("org.opencontainers.image.title", "Portolan's guard in pods")
                        .addLabel("org.opencontainers.image.version", version)
                        .setEntrypoint(PROGRAM)
                        .addFileEntriesLayer(
                                FileEntriesLayer.builder()
                                        .setName("guard")
                                        .addEntry(
                                                program,
                                                AbsoluteUnixPath.get(PROGRAM),
                                                FilePermissions.fromOctalString("755"))
                                        .build())
                        .containerize(
                                Containerizer.to(TarImage.at(tar).named(NAME + ":" + version))
                                        .setOfflineMode(true)
                                        .setBaseImageLayersCache(work.resolve("base"))
                                        .setApplicationLayersCache(work.resolve("layers")));
        return new ImageBuild.Built(tar, made.getDigest().toString());
    }
}
