package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gate close|open}. */
@Command(
        name = "gate",
        description = "Hold what is begun by a disaster-recovery policy, and let it go on.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan gate close drpolicy shop/eu --reason \"firmware in eu-west\"",
            "  portolan gate open drpolicy shop/eu"
        })
final class GateVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    GateVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        return List.of(new GateClose(root), new GateOpen(root));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: close or open");
    }

    /** Whose gate is meant: a policy by name, or that of an application in place. */
    static final class Policy {
        @Parameters(index = "0", paramLabel = "KIND", description = "drpolicy or app.")
        String kind = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "NAME",
                description = "NAME or TENANT/NAME.")
        @Nullable String name;

        /**
         * Writes the gate of a policy, be it by name or in an application.
         *
         * @param closed why; null opens it
         */
        ResourceKey set(Portolan root, @Nullable String closed) {
            Target target = Target.parse(kind, name);
            if (target.kind() != Kind.DR_POLICY && target.kind() != Kind.APPLICATION) {
                throw Failure.usage(
                        "only disaster-recovery policies have a gate",
                        "name a drpolicy, or an application whose policy stands in place");
            }
            ResourceKey key = root.fleet().locate(target);
            JsonNode spec = root.fleet().read(key).path("spec");
            JsonNode policy = key.kind() == Kind.APPLICATION ? spec.path("disasterRecovery") : spec;
            if (!policy.isObject()) {
                throw elsewhere(key, policy);
            }
            JsonNode now = policy.at("/safety/closed");
            boolean already = closed == null ? now.isMissingNode() : now.asText().equals(closed);
            if (!already) {
                JsonNodeFactory json = JsonNodeFactory.instance;
                JsonNode safety =
                        json.objectNode().set("safety", json.objectNode().put("closed", closed));
                JsonNode change =
                        key.kind() == Kind.APPLICATION
                                ? json.objectNode().set("disasterRecovery", safety)
                                : safety;
                root.central()
                        .send(
                                Central.Call.patch(
                                        Fleet.path(key),
                                        json.objectNode().set("spec", change),
                                        key.toString()));
            }
            root.shell
                    .out()
                    .println(
                            key
                                    + ": gate "
                                    + (already ? "was already " : "")
                                    + (closed == null ? "open" : "closed (" + closed + ")"));
            return key;
        }

        private static Failure elsewhere(ResourceKey key, JsonNode policy) {
            return policy.isTextual()
                    ? Failure.usage(
                            key + " has its policy from elsewhere",
                            "name it: drpolicy " + key.tenant() + "/" + policy.asText())
                    : Failure.usage(
                            key + " has no disaster-recovery policy", "nothing is begun by one");
        }
    }
}
