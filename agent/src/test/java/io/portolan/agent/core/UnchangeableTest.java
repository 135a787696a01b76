package io.portolan.agent.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.ObjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the words of Kubernetes 1.36. */
class UnchangeableTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spec.template|Job.batch \"x\" is invalid: spec.template: Invalid value: {\"a\":\"b\"}: field is immutable",
                "spec.clusterIPs[0]|Service \"x\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set",
                "spec|StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden",
                "roleRef|RoleBinding \"x\" is invalid: roleRef: Invalid value: {}: cannot change roleRef",
                "data|ConfigMap \"x\" is invalid: data: Forbidden: field is immutable when `immutable` is set",
            })
    void namesTheField(String field, String message) {
        assertTrue(Unchangeable.meant(422, message));
        String told =
                Unchangeable.trouble(new ObjectRef("v1", "Thing", "shop", "x"), message, false)
                        .message();
        assertTrue(told.startsWith(field + " of a Thing that exists cannot be changed. "), told);
    }

    @Test
    void otherRefusalsAreNoneOfIt() {
        assertFalse(
                Unchangeable.meant(
                        422,
                        "Deployment.apps \"x\" is invalid: spec.replicas: Invalid value: -1: must be"
                                + " greater than or equal to 0"));
        assertFalse(Unchangeable.meant(403, "quota is immutable"));
    }
}
