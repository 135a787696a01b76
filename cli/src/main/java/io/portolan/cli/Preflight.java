package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Claims;
import io.portolan.model.wire.Documents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks central what each document of a bundle would do, and changes nothing. One refused document
 * refuses the bundle, with everything that is wrong in all of them.
 */
final class Preflight {
    private static final String TENANT = "/metadata/tenant";

    private final Central central;

    Preflight(Central central) {
        this.central = central;
    }

    /**
     * What a document would do.
     *
     * @param live what is there now; empty: it would be created
     * @param differences against what is there, empty when nothing would change
     * @param warnings what central says of it beside
     * @param judged false for what lives in a tenant that the bundle makes first: central can judge
     *     it only when that is there
     */
    record Verdict(
            Bundle.Entry entry,
            Optional<JsonNode> live,
            JsonNode result,
            List<String> differences,
            List<String> warnings,
            boolean judged) {
        String outcome() {
            return live.isEmpty() ? "created" : differences.isEmpty() ? "unchanged" : "configured";
        }

        boolean changes() {
            return live.isEmpty() || !differences.isEmpty();
        }

        /** The write that does just what was judged: refused when somebody else was faster. */
        Central.Call call() {
            Central.Call put =
                    Central.Call.put(
                            Fleet.path(entry.key()), entry.document(), entry.key().toString());
            return live.map(
                            l ->
                                    put.header(
                                            "If-Match",
                                            "\"" + l.at("/metadata/revision").asLong() + "\""))
                    .orElseGet(() -> put.header("If-None-Match", "*"));
        }
    }

    /**
     * @throws Failure when one of them is refused
     */
    List<Verdict> judge(List<Bundle.Entry> entries) {
        Map<Bundle.Entry, Refused> refused = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        List<Verdict> out = new ArrayList<>();
        Set<String> fresh = new java.util.HashSet<>();
        for (Bundle.Entry entry : entries) {
            try {
                Verdict verdict = judge(entry);
                out.add(verdict);
                if (entry.key().kind() == Kind.TENANT && verdict.live.isEmpty()) {
                    fresh.add(entry.key().name());
                }
            } catch (Refused e) {
                if (fresh.contains(entry.key().tenant()) && e.onlyAbout(TENANT)) {
                    out.add(byRulesAlone(entry, wrong));
                } else {
                    refused.put(entry, e);
                }
            }
        }
        if (!refused.isEmpty() || !wrong.isEmpty()) {
            throw refusal(refused, wrong);
        }
        apart(out);
        return out;
    }

    /** What central would refuse because of a document that goes before it in the same bundle. */
    private static void apart(List<Verdict> verdicts) {
        List<String> details = new ArrayList<>();
        Map<ResourceKey, ApplicationSpec> before = new LinkedHashMap<>();
        Map<ResourceKey, String> sources = new HashMap<>();
        for (Verdict verdict : verdicts) {
            ResourceKey key = verdict.entry.key();
            Optional<ApplicationSpec> spec = application(verdict);
            if (spec.isEmpty()) {
                continue;
            }
            if (verdict.changes()) {
                List<Claims.Claim> claims = Claims.of(spec.get(), key, Check.root().at("spec"));
                before.forEach(
                        (rival, theirs) ->
                                Claims.met(claims, key, theirs, rival)
                                        .forEach(
                                                claim ->
                                                        details.add(
                                                                met(
                                                                        verdict, claim, rival,
                                                                        sources))));
            }
            before.put(key, spec.get());
            sources.put(key, verdict.entry.source());
        }
        if (!details.isEmpty()) {
            throw new Failure(
                    Exit.CONFLICT,
                    "nothing was applied: applications of the bundle make the same object",
                    details,
                    "");
        }
    }

    private static String met(
            Verdict verdict,
            Claims.Claim claim,
            ResourceKey rival,
            Map<ResourceKey, String> sources) {
        claim.at()
                .problem(
                        "makes "
                                + claim.object()
                                + ", which "
                                + rival
                                + " at "
                                + sources.get(rival)
                                + " makes too");
        return verdict.entry.source()
                + ": "
                + verdict.entry.key()
                + ": "
                + claim.at().problems().getLast();
    }

    private static Optional<ApplicationSpec> application(Verdict verdict) {
        return Documents.read(verdict.entry.document(), Check.root())
                .filter(r -> r.spec() instanceof ApplicationSpec)
                .map(r -> (ApplicationSpec) r.spec());
    }

    /** What central says of a document beside, now. */
    List<String> warnings(Bundle.Entry entry) {
        return judge(entry).warnings;
    }

    private Verdict judge(Bundle.Entry entry) {
        String subject = entry.key().toString();
        Optional<JsonNode> live = central.find(Fleet.path(entry.key()), subject);
        Central.Answer answer =
                central.send(
                        Central.Call.put(
                                Fleet.path(entry.key()) + "?dryRun=All",
                                entry.document(),
                                subject));
        JsonNode result = answer.body();
        List<String> differences = live.map(l -> Differences.between(l, result)).orElse(List.of());
        return new Verdict(entry, live, result, differences, answer.warnings(), true);
    }

    /** As far as it can be judged without its tenant. */
    private static Verdict byRulesAlone(Bundle.Entry entry, List<String> wrong) {
        Check check = Check.root();
        Documents.read(entry.document(), check);
        check.problems().forEach(p -> wrong.add(entry.source() + ": " + p));
        return new Verdict(entry, Optional.empty(), entry.document(), List.of(), List.of(), false);
    }

    private static Failure refusal(Map<Bundle.Entry, Refused> refused, List<String> wrong) {
        List<String> details = new ArrayList<>(wrong);
        Exit exit = Exit.USAGE;
        for (Map.Entry<Bundle.Entry, Refused> one : refused.entrySet()) {
            Refused e = one.getValue();
            String at = one.getKey().source() + ": " + one.getKey().key();
            if (e.exit() != Exit.USAGE || e.details().isEmpty()) {
                details.add(at + ": " + e.getMessage());
            }
            e.details().forEach(d -> details.add(at + ": " + d));
            // What is not the documents' fault must not look as if it were.
            exit = e.exit() == Exit.USAGE ? exit : e.exit();
        }
        return new Failure(exit, "nothing was applied: central refuses the documents", details, "");
    }
}
