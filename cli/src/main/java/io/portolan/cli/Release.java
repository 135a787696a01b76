package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code release APP --cluster NAME}: somebody has looked at a cluster that returned. */
@Command(
        name = "release",
        description = {
            "Let a cluster that returned stand by for an application again.",
            "It was left unheard, and the application's policy holds it since (onReturn: hold), for"
                    + " it may have written what is missing elsewhere. It still has to show that it"
                    + " runs nothing. --comment says why."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  portolan release shop/checkout --cluster c1 --comment \"compared, nothing lost\""
        })
final class Release implements Callable<Integer> {
    private static final String ANNOTATION = "portolan.io/release";

    private final Portolan root;

    @Parameters(paramLabel = "APP", description = "The application's NAME or TENANT/NAME.")
    String application = "";

    @Option(
            names = "--cluster",
            required = true,
            paramLabel = "NAME",
            description = "The cluster that returned.")
    String cluster = "";

    Release(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = root.fleet().locate(Target.named(Kind.APPLICATION, application));
        JsonNode live = root.fleet().read(key);
        boolean held =
                StreamSupport.stream(live.at("/status/clusters").spliterator(), false)
                        .filter(c -> c.path("cluster").asText().equals(cluster))
                        .anyMatch(c -> c.path("held").asBoolean());
        if (!held) {
            throw new Failure(
                    Exit.CONFLICT,
                    cluster + " is not held for " + key,
                    "portolan describe application " + key.tenant() + "/" + key.name());
        }
        long epoch = live.at("/status/epoch").asLong();
        String former = live.at("/metadata/annotations").path(ANNOTATION).asText();
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata")
                .putObject("annotations")
                .put(ANNOTATION, words(former, epoch, cluster));
        root.central().send(Central.Call.patch(Fleet.path(key), patch, key.toString()));
        root.shell.out().println(cluster + " released for " + key);
        root.shell.next("portolan describe application " + key.tenant() + "/" + key.name());
        return Exit.OK.code();
    }

    /** Those of the same epoch stay, others mean nothing any more. */
    private static String words(String former, long epoch, String cluster) {
        Set<String> words = new LinkedHashSet<>();
        Stream.of(former.split(","))
                .map(String::strip)
                .filter(w -> w.endsWith("@" + epoch))
                .forEach(words::add);
        words.add(cluster + "@" + epoch);
        return String.join(", ", words);
    }
}
