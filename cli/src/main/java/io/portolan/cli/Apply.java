package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apply -f FILE}: all documents or none. */
@Command(
        name = "apply",
        description = {
            "Hand in documents. Central judges all of them first; when it refuses one, none is"
                    + " applied and the exit code is 2.",
            "Tenants go first, then clusters, policies and applications."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan apply -f checkout.yaml",
            "  portolan apply -f shop/ --dry-run",
            "  generate | portolan apply -f - --wait --timeout 5m"
        })
final class Apply implements Callable<Integer> {
    private final Portolan root;

    @Mixin Bundle.Source source;

    @Option(names = "--dry-run", description = "Let central judge and change nothing.")
    boolean dryRun;

    @Option(names = "--wait", description = "Return when every application is healthy.")
    boolean wait;

    @Mixin Waiting waiting;
    @Mixin Format.Choice output;

    private final ArrayNode results = JsonNodeFactory.instance.arrayNode();

    Apply(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Bundle bundle =
                Bundle.read(source.files, root.shell, root.central().tenant(), root.tenant != null);
        Preflight preflight = new Preflight(root.central());
        List<Preflight.Verdict> verdicts = preflight.judge(bundle.entries());
        if (dryRun) {
            verdicts.forEach(v -> told(v, v.result(), " (dry run)"));
            verdicts.forEach(v -> warn(v.entry().key(), v.warnings()));
        } else {
            try {
                apply(preflight, verdicts);
            } catch (HalfApplied e) {
                print();
                throw e;
            }
        }
        print();
        List<ResourceKey> applications =
                verdicts.stream()
                        .map(v -> v.entry().key())
                        .filter(k -> k.kind() == Kind.APPLICATION)
                        .toList();
        if (!dryRun && wait) {
            await(applications);
        } else if (output.format.forPeople()) {
            hint(applications);
        }
        return Exit.OK.code();
    }

    /** Asked again when all of it is there: documents of a bundle may speak of each other. */
    private void warn(Preflight preflight, List<Preflight.Verdict> verdicts) {
        for (Preflight.Verdict verdict : verdicts) {
            if (!verdict.warnings().isEmpty()) {
                List<String> now = verdict.warnings();
                try {
                    now = preflight.warnings(verdict.entry());
                } catch (Failure _) {
                    // It is applied; what was said before is told.
                }
                warn(verdict.entry().key(), now);
            }
        }
    }

    private void warn(ResourceKey key, List<String> warnings) {
        warnings.forEach(w -> root.shell.err().println("warning: " + key + ": " + w));
    }

    private void print() {
        if (!output.format.forPeople() && output.format != Format.NAME) {
            ObjectNode list = JsonNodeFactory.instance.objectNode();
            list.put("apiVersion", Kind.API_VERSION).put("kind", "List").set("items", results);
            new Printer(root.shell.out()).value(output.format, list);
        }
    }

    /** Central refused a document although it had judged all of them well. */
    private static final class HalfApplied extends Failure {
        private static final long serialVersionUID = 1L;

        HalfApplied(
                Failure why, ResourceKey failed, List<ResourceKey> done, List<ResourceKey> left) {
            super(
                    why.exit(),
                    String.valueOf(why.getMessage()),
                    Stream.of(
                                    why.details().stream(),
                                    Stream.of(
                                            "applied: " + names(done),
                                            (why instanceof Refused ? "refused: " : "not known: ")
                                                    + failed,
                                            "not applied: " + names(left)))
                            .flatMap(d -> d)
                            .toList(),
                    "portolan diff -f of the same documents tells what is left");
        }

        private static String names(List<ResourceKey> keys) {
            return keys.isEmpty()
                    ? "none"
                    : keys.stream().map(ResourceKey::toString).collect(Collectors.joining(", "));
        }
    }

    private void apply(Preflight preflight, List<Preflight.Verdict> verdicts) {
        List<Preflight.Verdict> made = new ArrayList<>();
        List<Preflight.Verdict> rest = new ArrayList<>(verdicts);
        if (verdicts.stream().anyMatch(v -> !v.judged())) {
            // Their tenants must exist before central can judge them; when it then refuses one,
            // the tenants go again, empty as they are.
            for (Preflight.Verdict v : verdicts) {
                if (v.entry().key().kind() == Kind.TENANT && v.live().isEmpty()) {
                    try {
                        put(v);
                    } catch (Failure e) {
                        throw half(e, v, made, verdicts);
                    }
                    made.add(v);
                }
            }
            rest.removeAll(made);
            try {
                rest = preflight.judge(rest.stream().map(Preflight.Verdict::entry).toList());
            } catch (Failure e) {
                made.forEach(
                        v -> {
                            ResourceKey key = v.entry().key();
                            root.central()
                                    .send(Central.Call.delete(Fleet.path(key), key.toString()));
                        });
                throw e;
            }
        }
        made.forEach(v -> told(v, v.result(), ""));
        List<Preflight.Verdict> done = new ArrayList<>(made);
        for (Preflight.Verdict v : rest) {
            try {
                told(v, v.changes() ? put(v) : v.live().orElse(v.result()), "");
                done.add(v);
            } catch (Failure e) {
                throw half(e, v, done, verdicts);
            }
        }
        warn(preflight, rest);
    }

    private static HalfApplied half(
            Failure why,
            Preflight.Verdict at,
            List<Preflight.Verdict> done,
            List<Preflight.Verdict> all) {
        List<ResourceKey> left = new ArrayList<>(keys(all));
        left.removeAll(keys(done));
        left.remove(at.entry().key());
        return new HalfApplied(why, at.entry().key(), keys(done), left);
    }

    private static List<ResourceKey> keys(List<Preflight.Verdict> verdicts) {
        return verdicts.stream().map(v -> v.entry().key()).toList();
    }

    /**
     * @throws Refused when what is there is not what was judged
     */
    private JsonNode put(Preflight.Verdict verdict) {
        try {
            return root.central().send(verdict.call()).body();
        } catch (Refused e) {
            if (e.status() != 412) {
                throw e;
            }
            // It was sent again after a lost answer, perhaps: then the first of them did it.
            ResourceKey key = verdict.entry().key();
            return root.central()
                    .find(Fleet.path(key), key.toString())
                    .filter(there -> Differences.between(there, verdict.result()).isEmpty())
                    .orElseThrow(() -> e);
        }
    }

    private void told(Preflight.Verdict verdict, JsonNode document, String suffix) {
        ResourceKey key = verdict.entry().key();
        String name = Printer.name(key.kind(), key.tenant(), key.name());
        switch (output.format) {
            case TABLE, WIDE -> root.shell.out().println(name + " " + verdict.outcome() + suffix);
            case NAME -> root.shell.out().println(name);
            case JSON, YAML -> results.add(document);
        }
    }

    private void await(List<ResourceKey> applications) {
        Instant deadline = waiting.deadline(root.shell.clock());
        Goal healthy = new Goal.Healthy(Kind.APPLICATION);
        for (ResourceKey key : applications) {
            boolean[] unplaceable = new boolean[1];
            String[] now = {"not looked at yet"};
            boolean reached =
                    new Awaited(root, key)
                            .until(
                                    deadline,
                                    d -> {
                                        d.ifPresent(
                                                a -> {
                                                    unplaceable[0] =
                                                            Goal.condition(a, "Placed", "False");
                                                    now[0] = Goal.now(Kind.APPLICATION, a);
                                                });
                                        return healthy.reached(d);
                                    });
            if (!reached) {
                throw new Failure(
                        unplaceable[0] ? Exit.BLOCKED : Exit.TIMEOUT,
                        key
                                + " is applied, but not healthy after "
                                + Times.span(waiting.timeout)
                                + ": "
                                + now[0],
                        "portolan why " + Printer.name(key.kind(), key.tenant(), key.name()));
            }
            root.shell.err().println(key + " is healthy");
        }
    }

    private void hint(List<ResourceKey> applications) {
        Optional<ResourceKey> first = applications.stream().findFirst();
        if (dryRun) {
            root.shell.next("portolan apply -f " + String.join(" -f ", source.files));
        } else if (first.isPresent()) {
            ResourceKey key = first.get();
            root.shell.next(
                    "portolan wait "
                            + Printer.name(key.kind(), key.tenant(), key.name())
                            + " --for healthy");
        } else {
            root.shell.next("portolan get applications");
        }
    }
}
