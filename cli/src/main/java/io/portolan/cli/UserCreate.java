package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user create NAME}. */
@Command(
        name = "create",
        description = {
            "Make a user of the tenant that is chosen, or an admin, who reaches all of them.",
            "Harmless when it is there already; what a user reaches never changes."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan user create dev --tenant shop",
            "  portolan user create ops --admin --comment \"on call from May\""
        })
final class UserCreate implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The user's name.")
    String name = "";

    @Option(names = "--admin", description = "Of all tenants, and may make users.")
    boolean admin;

    UserCreate(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (admin && root.tenant != null) {
            throw Failure.usage("an admin has no tenant: leave out --admin or --tenant", "");
        }
        ObjectNode wish = JsonNodeFactory.instance.objectNode();
        if (admin) {
            wish.put("role", "Admin");
        } else {
            String tenant =
                    root.central()
                            .tenant()
                            .orElseThrow(
                                    () ->
                                            Failure.usage(
                                                    "say of which tenant, or --admin",
                                                    "portolan user create "
                                                            + name
                                                            + " --tenant NAME"));
            wish.put("role", "Tenant").put("tenant", tenant);
        }
        Central.Answer answer =
                root.central().send(Central.Call.put(Identities.user(name), wish, "User " + name));
        JsonNode user = answer.body();
        String tenant = user.path("tenant").asText();
        root.shell
                .out()
                .println(
                        "user/"
                                + user.path("name").asText()
                                + (answer.status() == 201 ? " created, " : " unchanged, ")
                                + (tenant.isEmpty() ? "an admin" : "of tenant " + tenant));
        root.shell.next("portolan token create --user " + name);
        return Exit.OK.code();
    }
}
