package io.portolan.images;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.spi.ToolProvider;

/** Runs the JDK's tools and the machine's programs; what they say is part of their failure. */
final class Programs {
    private Programs() {}

    /** What a tool of this JDK wrote. */
    static String tool(String name, List<String> arguments) throws IOException {
        ToolProvider tool =
                ToolProvider.findFirst(name)
                        .orElseThrow(() -> new IOException("this is no whole JDK: no " + name));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                tool.run(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IOException(name + " ended with " + code + ": " + out + err);
        }
        return out.toString();
    }

    /** What a program wrote to both outputs. */
    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(
                        String.join(" ", command) + " ended with " + code + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }
}
