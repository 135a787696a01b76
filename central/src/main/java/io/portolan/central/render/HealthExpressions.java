package io.portolan.central.render;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import io.portolan.model.Check;
import io.portolan.model.app.HealthRule;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Compiles the expressions of an application's rules of health as the agents will, so that a
 * mistake is told to who makes it. The object is not typed: a field that it does not have is found
 * only where the rule is asked.
 */
final class HealthExpressions {
    /** As the agent's: what is accepted here compiles there. */
    private static final int DEPTH = 32;

    private static final Cel TRUTH = language(SimpleType.BOOL);
    private static final Cel WORDS = language(SimpleType.STRING);

    private HealthExpressions() {}

    static void check(List<HealthRule> rules, Check at) {
        for (int i = 0; i < rules.size(); i++) {
            HealthRule rule = rules.get(i);
            check(TRUTH, rule.healthy(), at.at(i).at("healthy"));
            check(TRUTH, rule.failed(), at.at(i).at("failed"));
            check(WORDS, rule.message(), at.at(i).at("message"));
        }
    }

    private static void check(Cel language, String source, Check at) {
        if (source.isBlank() || source.length() > HealthRule.LONGEST) {
            return;
        }
        try {
            language.compile(source).getAst();
        } catch (CelValidationException e) {
            at.problem(
                    "is no such CEL expression: "
                            + e.getErrors().stream()
                                    .map(HealthExpressions::words)
                                    .collect(Collectors.joining("; ")));
        }
    }

    private static String words(CelIssue issue) {
        return issue.getMessage()
                + " (line "
                + issue.getSourceLocation().getLine()
                + ", column "
                + (issue.getSourceLocation().getColumn() + 1)
                + ")";
    }

    private static Cel language(CelType result) {
        return CelFactory.standardCelBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setOptions(CelOptions.current().maxParseRecursionDepth(DEPTH).build())
                .addVar("self", SimpleType.DYN)
                .setResultType(result)
                .build();
    }
}
