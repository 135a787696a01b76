package io.portolan.agent.observe;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.model.app.Health;
import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An application's own rules of health. An expression is compiled when the first object of its kind
 * is seen, so that an agent without rules never loads the language. Whatever goes wrong in one is
 * told as {@link Health#UNKNOWN} in the language's words. Owned by one thread.
 */
public final class OwnRules {
    private static final String FAILED_REASON = "RuleSaysFailed";
    private static final String PROGRESSING_REASON = "RuleSaysNotYet";

    private final List<HealthRule> rules;
    private final Map<String, Expression> compiled = new HashMap<>();

    public OwnRules(List<HealthRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Whether both judge alike. */
    public boolean sameAs(List<HealthRule> others) {
        return rules.equals(others);
    }

    /** Whether a rule of its own judges the object. */
    public boolean judges(ObjectRef object) {
        return rules.stream().anyMatch(r -> r.judges(object));
    }

    /** By the first rule for its kind; empty when there is none. */
    public Optional<Verdict> verdict(KubeObject live) {
        return rules.stream()
                .filter(r -> r.judges(live.ref()))
                .findFirst()
                .map(r -> verdict(r, live));
    }

    private Verdict verdict(HealthRule rule, KubeObject live) {
        Map<String, Object> self = Expression.input(live);
        try {
            if (!rule.failed().isBlank() && holds("failed", rule.failed(), self)) {
                return Verdict.of(Health.FAILED, FAILED_REASON, words(rule, self, "failed"));
            }
            return holds("healthy", rule.healthy(), self)
                    ? Verdict.healthy()
                    : Verdict.progressing(PROGRESSING_REASON, words(rule, self, "healthy"));
        } catch (Expression.Wrong e) {
            return live.at("status") == null
                    ? Verdict.progressing("NotObserved", "its controller has not seen it yet")
                    : Verdict.of(Health.UNKNOWN, "RuleError", "the rule of " + e.getMessage());
        }
    }

    private boolean holds(String field, String source, Map<String, Object> self)
            throws Expression.Wrong {
        Object value = value(field, source, self);
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new Expression.Wrong(field + " answers no boolean: " + value);
    }

    /**
     * The message explains a verdict that stands; when it cannot be told, the verdict still does.
     */
    private String words(HealthRule rule, Map<String, Object> self, String field) {
        if (!rule.message().isBlank()) {
            try {
                String told = String.valueOf(value("message", rule.message(), self));
                if (!told.isBlank()) {
                    return LastWords.whole(told).substring(2);
                }
            } catch (Expression.Wrong e) {
                return told(rule, field) + "; the rule of " + e.getMessage();
            }
        }
        return told(rule, field);
    }

    private static String told(HealthRule rule, String field) {
        return field.equals("failed")
                ? "failed: " + rule.failed()
                : "not yet healthy: " + rule.healthy();
    }

    private Object value(String field, String source, Map<String, Object> self)
            throws Expression.Wrong {
        Expression expression = compiled.get(source);
        if (expression == null) {
            expression = Expression.compile(field, source);
            compiled.put(source, expression);
        }
        return expression.value(field, self);
    }
}
