package io.portolan.dev;

import io.portolan.model.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A cluster that the user brought.
 *
 * @param name what it is called here, a DNS label that no other has
 */
record RealCluster(String name, Path kubeconfig) {
    /**
     * Names each after its file; those whose files are called the same after their folders, too.
     *
     * @throws DevException where that gives no name, or one name twice
     */
    static List<RealCluster> named(List<Path> kubeconfigs) {
        List<RealCluster> out = new ArrayList<>();
        for (Path file : kubeconfigs) {
            long namesakes =
                    kubeconfigs.stream().filter(f -> ofFile(f).equals(ofFile(file))).count();
            String name = namesakes == 1 ? ofFile(file) : ofFolder(file) + "-" + ofFile(file);
            if (!Names.dnsLabel(name)) {
                throw new DevException(
                        "--kubeconfig "
                                + file
                                + ": a cluster cannot be called \""
                                + name
                                + "\": rename the file");
            }
            for (RealCluster other : out) {
                if (other.name.equals(name)) {
                    throw new DevException(
                            "--kubeconfig "
                                    + other.kubeconfig
                                    + " and --kubeconfig "
                                    + file
                                    + " would both be called "
                                    + name
                                    + ": rename one");
                }
            }
            out.add(new RealCluster(name, file));
        }
        return List.copyOf(out);
    }

    private static String ofFile(Path file) {
        return label(
                String.valueOf(file.getFileName())
                        .replaceAll("\\.(ya?ml|kubeconfig|conf|config)$", ""));
    }

    private static String ofFolder(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder == null ? "" : label(String.valueOf(folder.getFileName()));
    }

    private static String label(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]", "-")
                .replaceAll("^-+|-+$", "");
    }
}
