package io.portolan.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a refusal says, in Kubernetes' words and with the way out. */
class RightsTest {
    @Test
    void refusalOfTheAuthorizerNamesTheRuleToAdd() {
        Problem problem =
                refused(
                        "widgets.example.com \\\"w\\\" is forbidden: User"
                                + " \\\"system:serviceaccount:portolan-system:portolan-agent\\\" cannot"
                                + " get resource \\\"widgets\\\" in API group \\\"example.com\\\" in the"
                                + " namespace \\\"shop\\\"");
        assertTrue(
                problem.message().startsWith("widgets.example.com \"w\" is forbidden: User"),
                problem.message());
        assertTrue(
                problem.message()
                        .endsWith(
                                "ClusterRole with the label portolan.io/agent-may: \"true\" and the"
                                        + " rule {apiGroups: [\"example.com\"], resources:"
                                        + " [widgets], verbs: [get, list, watch, create, patch,"
                                        + " delete]}"),
                problem.message());
    }

    @Test
    void refusalOfAnAdmissionStaysAsItIs() {
        String quota = "pods \\\"p\\\" is forbidden: exceeded quota: small";
        assertEquals("pods \"p\" is forbidden: exceeded quota: small", refused(quota).message());
    }

    private static Problem refused(String message) {
        String status =
                "{\"kind\":\"Status\",\"code\":403,\"reason\":\"Forbidden\",\"message\":\""
                        + message
                        + "\"}";
        return Problem.of(
                new Transport.Answer(403, status.getBytes(StandardCharsets.UTF_8), Duration.ZERO));
    }
}
