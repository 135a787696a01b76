package io.portolan.agent.kube;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the rule that would grant what Kubernetes has refused. */
final class Rights {
    /** The authorizer's words, unlike those of a quota or of an admission webhook. */
    private static final Pattern REFUSED =
            Pattern.compile("cannot \\w+ resource \"([^\"]+)\" in API group \"([^\"]*)\"");

    private Rights() {}

    static String explained(String message) {
        Matcher m = REFUSED.matcher(message);
        return m.find()
                ? message
                        + ". To let the agent, make a ClusterRole with the label"
                        + " portolan.io/agent-may: \"true\" and the rule {apiGroups: [\""
                        + m.group(2)
                        + "\"], resources: ["
                        + m.group(1)
                        + "], verbs: [get, list, watch, create, patch, delete]}"
                : message;
    }
}
