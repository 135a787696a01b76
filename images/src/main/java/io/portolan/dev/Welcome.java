package io.portolan.dev;

import io.portolan.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** What developer mode says when it is ready. */
final class Welcome {
    private static final String CONTEXT = "dev";

    private Welcome() {}

    /** Prints address, token and the next commands, and lets the command line know this central. */
    static void print(DevFleet fleet, PrintStream out, Map<String, String> env) {
        boolean chosen = remember(fleet, env);
        String flag = chosen ? "" : "--context " + CONTEXT + " ";
        out.println("portolan dev ready at " + fleet.address());
        out.println("  token     " + fleet.token() + " (in " + fleet.tokenFile() + ")");
        for (DevCluster cluster : fleet.clusters()) {
            out.println("  cluster   " + cluster.name() + " in " + cluster.region());
        }
        out.println();
        out.println("In another terminal:");
        out.println("  ./portolan " + flag + "apply -f docs/examples/checkout.yaml --wait");
        out.println("  ./portolan " + flag + "why application shop/checkout");
        out.println("  ./portolan " + flag + "failover shop/checkout");
        out.flush();
    }

    /**
     * Makes the context {@code dev}; chooses it where the user has chosen none.
     *
     * @return whether the command line now talks to this central by itself
     */
    private static boolean remember(DevFleet fleet, Map<String, String> env) {
        run(
                env,
                "config",
                "set-context",
                CONTEXT,
                "--server",
                fleet.address().toString(),
                "--token-file",
                fleet.tokenFile().toString(),
                "--tenant",
                "shop");
        String current = run(env, "config", "current-context").strip();
        if (current.isEmpty()) {
            run(env, "config", "use-context", CONTEXT);
            return true;
        }
        return current.equals(CONTEXT);
    }

    private static String run(Map<String, String> env, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Shell shell =
                new Shell(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(java.io.OutputStream.nullOutputStream(), true),
                        InputStream.nullInputStream(),
                        env,
                        Path.of(System.getProperty("user.home")),
                        Clock.systemUTC(),
                        false);
        int code = io.portolan.cli.Main.run(shell, args);
        return code == 0 ? out.toString(StandardCharsets.UTF_8) : "";
    }
}
