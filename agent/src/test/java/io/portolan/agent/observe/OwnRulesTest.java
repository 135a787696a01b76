package io.portolan.agent.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.model.app.Health;
import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnRulesTest {
    private static final HealthRule RULE =
            new HealthRule(
                    "acme.io/v1",
                    "Database",
                    "self.status.phase == 'Ready' && self.status.replicas >= 2",
                    "self.status.phase == 'Broken'",
                    "'phase ' + self.status.phase");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"phase": "Ready", "replicas": 2} | Healthy | ``
                    {"phase": "Ready", "replicas": 1} | Progressing | phase Ready
                    {"phase": "Broken"} | Failed | phase Broken
                    {"state": "Ready"} | Unknown | the rule of failed cannot be answered: key 'phase' is not present in map.
                    {"phase": "Ready", "replicas": "two"} | Unknown | the rule of healthy cannot be answered: No matching overload
                    """)
    void judges(String status, String health, String words) {
        Verdict verdict = verdict(RULE, status);
        assertEquals(health, verdict.health().toString(), verdict::toString);
        assertTrue(verdict.message().startsWith(words), verdict::toString);
    }

    @Test
    void withoutStatusItsControllerHasNotSeenIt() {
        assertEquals("NotObserved", judged(RULE, database()).reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    self.status.phase = 1 | the rule of healthy cannot be compiled: ERROR: <input>:1:19
                    self.status.phase | the rule of healthy answers no boolean: Ready
                    self.status.many.all(x, self.status.many.all(y, x * y >= 0)) | the rule of healthy cannot be answered: Iteration budget exceeded: 10000
                    """)
    void whatGoesWrongIsToldAsUnknown(String healthy, String words) {
        HealthRule rule = new HealthRule("acme.io/v1", "Database", healthy, "", "");
        String many = "0,".repeat(200) + "0";
        Verdict verdict = verdict(rule, "{\"phase\": \"Ready\", \"many\": [" + many + "]}");
        assertEquals(Health.UNKNOWN, verdict.health());
        assertEquals("RuleError", verdict.reason());
        assertTrue(verdict.message().startsWith(words), verdict::toString);
    }

    @Test
    void deepExpressionIsRefusedAndDoesNotOverflow() {
        String deep = "(".repeat(900) + "true" + ")".repeat(900);
        Verdict verdict =
                verdict(new HealthRule("acme.io/v1", "Database", deep, "", ""), "{\"a\": 1}");
        assertEquals(Health.UNKNOWN, verdict.health());
    }

    @Test
    void messageThatCannotBeToldLeavesTheVerdict() {
        HealthRule rule =
                new HealthRule("acme.io/v1", "Database", "false", "", "self.status.missing");
        Verdict verdict = verdict(rule, "{\"phase\": \"Ready\"}");
        assertEquals(Health.PROGRESSING, verdict.health());
        assertTrue(verdict.message().startsWith("not yet healthy: false; the rule of message"));
    }

    @Test
    void judgesNothingButItsKind() {
        KubeObject other = database().with("Cache", "kind");
        OwnRules rules = new OwnRules(List.of(RULE));
        assertTrue(rules.verdict(other).isEmpty());
        assertTrue(!rules.judges(other.ref()) && rules.judges(database().ref()));
    }

    private static Verdict verdict(HealthRule rule, String status) {
        return judged(rule, database().with(Codec.lenient().read(status, Map.class), "status"));
    }

    private static Verdict judged(HealthRule rule, KubeObject live) {
        return ObjectHealth.of(live, new OwnRules(List.of(rule))::verdict);
    }

    private static KubeObject database() {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "acme.io/v1",
                        "kind",
                        "Database",
                        "metadata",
                        Map.of("name", "main", "namespace", "shop")));
    }
}
