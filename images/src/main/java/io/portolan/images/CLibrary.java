package io.portolan.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of the machine's C library that a Java runtime is linked with. */
final class CLibrary {
    /** {@code libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)} or the loader's path alone. */
    private static final Pattern LINE =
            Pattern.compile("^\\s*(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)$");

    /** Opened by name when a host is looked up (built into newer C libraries, a file in older). */
    private static final List<String> OPENED_LATER =
            List.of("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2");

    private CLibrary() {}

    /** By their place in the image, which is the one where the loader looks for them. */
    static SortedMap<String, Path> of(Path runtime) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(runtime)) {
            for (Path file : all.filter(CLibrary::linked).sorted().toList()) {
                for (String line : Programs.run("ldd", file.toString()).lines().toList()) {
                    Matcher m = LINE.matcher(line);
                    if (m.matches() && !m.group(1).startsWith(runtime.toString())) {
                        files.put(m.group(1), Path.of(m.group(1)).toRealPath());
                    }
                }
            }
        }
        Path libc =
                files.keySet().stream()
                        .filter(name -> name.contains("/libc."))
                        .map(Path::of)
                        .findFirst()
                        .orElseThrow(() -> new IOException("ldd names no C library: " + files));
        for (String name : OPENED_LATER) {
            Path file = libc.resolveSibling(name);
            if (Files.exists(file)) {
                files.put(file.toString(), file.toRealPath());
            }
        }
        return files;
    }

    private static boolean linked(Path file) {
        return Files.isRegularFile(file)
                && (file.toString().endsWith(".so") || file.endsWith("bin/java"));
    }
}
