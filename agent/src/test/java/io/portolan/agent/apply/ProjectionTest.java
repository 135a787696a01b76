package io.portolan.agent.apply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final KubeObject DESIRED =
            json(
                    """
                    {"apiVersion":"apps/v1","kind":"Deployment",
                     "metadata":{"name":"web","labels":{"a.b/c":"1"}},
                     "spec":{"replicas":2,"template":{"spec":{"containers":[
                       {"name":"main","image":"i:1","args":["x"],
                        "ports":[{"containerPort":80}]}]}}}}
                    """);

    @Test
    void seesNothingThatOthersAdd() {
        KubeObject live =
                json(
                        """
                        {"apiVersion":"apps/v1","kind":"Deployment",
                         "metadata":{"name":"web","uid":"u","labels":{"a.b/c":"1","z":"9"}},
                         "spec":{"replicas":2,"paused":false,"template":{"spec":{"containers":[
                           {"name":"sidecar","image":"s"},
                           {"name":"main","image":"i:1","args":["x"],"tty":true,
                            "ports":[{"containerPort":81},{"containerPort":80}]}]}}},
                         "status":{"replicas":2}}
                        """);
        assertArrayEquals(Projection.of(DESIRED, DESIRED), Projection.of(DESIRED, live));
    }

    @Test
    void namesTheFieldThatChanged() {
        KubeObject live = DESIRED.with(5, "spec", "replicas");
        assertEquals(List.of(".spec.replicas"), changed(live));
        KubeObject image = json(text(DESIRED).replace("i:1", "i:2"));
        assertEquals(
                List.of(".spec.template.spec.containers[name=\"main\"].image"), changed(image));
        KubeObject args = json(text(DESIRED).replace("[\"x\"]", "[\"x\",\"y\"]"));
        assertEquals(List.of(".spec.template.spec.containers[name=\"main\"].args"), changed(args));
    }

    @Test
    void aNumberIsTheSameInWhateverTypeItArrives() {
        assertArrayEquals(
                Projection.of(DESIRED, DESIRED.with(2L, "spec", "replicas")),
                Projection.of(DESIRED, DESIRED.with(2, "spec", "replicas")));
    }

    @Test
    void aFieldOfAPathIsLeftOutAndItsNeighboursStay() {
        KubeObject less = FieldPath.without(DESIRED, ".spec.replicas");
        assertFalse(less.map("spec").containsKey("replicas"));
        KubeObject noImage =
                FieldPath.without(DESIRED, ".spec.template.spec.containers[name=\"main\"].image");
        assertFalse(text(noImage).contains("i:1"));
        assertEquals(text(DESIRED), text(FieldPath.without(DESIRED, ".spec.nothing")));
        assertEquals("", FieldPath.without(DESIRED, ".metadata.labels.a.b/c").label("a.b/c"));
    }

    /** Manifests seldom say it, Kubernetes' conflicts always do. */
    @Test
    void anAbsentProtocolIsTcp() {
        KubeObject service =
                json(
                        """
                        {"apiVersion":"v1","kind":"Service","metadata":{"name":"dns"},"spec":{"ports":[
                          {"name":"tcp","port":53,"targetPort":8080},
                          {"name":"udp","port":53,"protocol":"UDP","targetPort":8080}]}}
                        """);
        String tcp = ".spec.ports[port=53,protocol=\"TCP\"].targetPort";
        String udp = ".spec.ports[port=53,protocol=\"UDP\"].targetPort";
        List<String> paths = Projection.paths(service);
        assertTrue(paths.contains(tcp) && paths.contains(udp), paths.toString());
        assertEquals(
                text(service).replace(",\"targetPort\":8080},{", "},{"),
                text(FieldPath.without(service, tcp)));
        assertEquals(
                text(service).replace(",\"targetPort\":8080}]", "}]"),
                text(FieldPath.without(service, udp)));
        KubeObject live =
                json(
                        text(service)
                                .replace(
                                        "\"port\":53,\"t", "\"port\":53,\"protocol\":\"TCP\",\"t"));
        assertArrayEquals(Projection.of(service, service), Projection.of(service, live));
    }

    @Test
    void fieldsOverlapByWholeNames() {
        assertTrue(FieldPath.overlap(".data.a", ".data.a"));
        assertTrue(FieldPath.overlap(".spec.ports", ".spec.ports[port=80].name"));
        assertTrue(FieldPath.overlap(".spec.ports[port=80].name", ".spec"));
        assertFalse(FieldPath.overlap(".data.a", ".data.ab"));
    }

    @Test
    void leavesFieldsToAppliersAndAutoscalersAndTakesThemFromHands() {
        KubeObject live =
                json(
                        """
                        {"metadata":{"managedFields":[
                          {"manager":"argo","operation":"Apply"},
                          {"manager":"kubectl-edit","operation":"Update"},
                          {"manager":"kube-controller-manager","operation":"Update",
                           "subresource":"scale"}]}}
                        """);
        var conflicts =
                List.of(
                        new FieldConflict("argo", ".spec.paused"),
                        new FieldConflict("kubectl-edit", ".spec.replicas"),
                        new FieldConflict("kube-controller-manager", ".spec.replicas"));
        assertEquals(
                List.of(conflicts.get(0), conflicts.get(2)), FieldOwners.yielded(conflicts, live));
    }

    private static List<String> changed(KubeObject live) {
        int[] before = Projection.of(DESIRED, DESIRED);
        int[] after = Projection.of(DESIRED, live);
        assertFalse(Arrays.equals(before, after));
        List<String> paths = Projection.paths(DESIRED);
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < before.length; i++) {
            if (before[i] != after[i]) {
                changed.add(paths.get(i));
            }
        }
        return changed;
    }

    private static String text(KubeObject object) {
        return Codec.lenient().text(object);
    }

    private static KubeObject json(String text) {
        return Codec.lenient().read(text, KubeObject.class);
    }
}
