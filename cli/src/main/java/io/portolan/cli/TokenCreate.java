package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code token create --user U --expires 30d}. */
@Command(
        name = "create",
        description = {
            "Make a token and print it. It is shown this once and cannot be read back.",
            "Without --user it is your own; one of somebody else is for admins to make."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan token create --user dev --expires 30d",
            "  portolan token create > ~/.portolan-token"
        })
final class TokenCreate implements Callable<Integer> {
    private final Portolan root;

    @Option(names = "--user", paramLabel = "NAME", description = "Whose it is. Default: yours.")
    @Nullable String user;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            description = "After how long it ends, as 12h or 30d, 366d at most. Default: 90d.")
    @Nullable Duration expires;

    @Mixin Format.Choice output;

    TokenCreate(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        String whose =
                user != null
                        ? user
                        : root.central().get("/api/v1/whoami", "").path("name").asText();
        ObjectNode wish = JsonNodeFactory.instance.objectNode();
        if (expires != null) {
            wish.put("expiresIn", Durations.format(expires));
        }
        JsonNode made =
                root.central()
                        .send(
                                Central.Call.post(
                                        Identities.user(whose) + "/tokens", wish, "User " + whose))
                        .body();
        switch (output.format) {
            case TABLE, WIDE, NAME -> {
                root.shell
                        .err()
                        .println(
                                "token/"
                                        + made.path("id").asText()
                                        + " of user/"
                                        + whose
                                        + ", good until "
                                        + made.path("expiresAt").asText()
                                        + "; it is shown this once:");
                root.shell.out().println(made.path("token").asText());
                root.shell.next("portolan get tokens");
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, made);
        }
        return Exit.OK.code();
    }
}
