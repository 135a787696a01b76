package io.portolan.central.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Check;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ApplicationRulesTest {
    private static final DrPolicySpec SINGLE =
            new DrPolicySpec(
                    DrPolicySpec.Writers.SINGLE,
                    DrPolicySpec.DEMOTE_TIMEOUT,
                    DrPolicySpec.VERIFY_TIMEOUT);

    private static final TenantSpec STRICT = new TenantSpec(Selector.EVERYTHING, Set.of());

    private static KubeObject object(String json) {
        return Codec.strict().read(json.replace('\'', '"'), KubeObject.class);
    }

    private static Component raw(String... objects) {
        return new Component(
                "raw",
                new Component.Manifests(
                        Stream.of(objects).map(ApplicationRulesTest::object).toList()));
    }

    private static Component web(String name) {
        return new Component(
                name,
                new Component.Container(
                        "i",
                        List.of(new Component.Port(80, Optional.empty())),
                        1,
                        Map.of(),
                        List.of(),
                        List.of(),
                        Optional.empty()));
    }

    private static List<String> problems(TenantSpec tenant, boolean single, Component... parts) {
        return problems("checkout", tenant, single, parts);
    }

    private static List<String> problems(
            String application, TenantSpec tenant, boolean single, Component... parts) {
        Check check = Check.root();
        ApplicationRules.check(
                new ApplicationSpec(List.of(parts), Optional.empty(), Optional.empty()),
                tenant,
                single ? SINGLE : DrPolicySpec.STATELESS,
                ResourceKey.application("shop", application),
                check.at("spec"));
        return check.problems().stream().map(Check.Problem::toString).toList();
    }

    @Test
    void expressionsOfHealthAreCompiledWhereTheyAreWritten() {
        assertEquals(List.of(), ruled("self.status.phase == 'Ready'", "", "self.status.reason"));
        assertEquals(
                List.of(
                        "spec.health[0].healthy: is no such CEL expression: undeclared reference to"
                                + " 'status' (in container '') (line 1, column 1)",
                        "spec.health[0].failed: is no such CEL expression: expected type 'bool' but"
                                + " found 'int' (line 1, column 3)",
                        "spec.health[0].message: is no such CEL expression: expected type 'string'"
                                + " but found 'bool' (line 1, column 1)"),
                ruled("status.phase == 'Ready'", "1 + 1", "true"));
        assertTrue(
                ruled("(".repeat(900) + "true" + ")".repeat(900), "", "")
                        .getFirst()
                        .startsWith("spec.health[0].healthy: is no such CEL expression"));
    }

    private static List<String> ruled(String healthy, String failed, String message) {
        Check check = Check.root();
        ApplicationRules.check(
                new ApplicationSpec(
                        List.of(web("web")),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new HealthRule("acme.io/v1", "Database", healthy, failed, message)),
                        false),
                STRICT,
                DrPolicySpec.STATELESS,
                ResourceKey.application("shop", "checkout"),
                check.at("spec"));
        return check.problems().stream().map(Check.Problem::toString).toList();
    }

    @Test
    void acceptsWhatIsUsual() {
        assertEquals(
                List.of(),
                problems(
                        STRICT,
                        true,
                        web("web"),
                        raw(
                                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a'}}",
                                "{'apiVersion':'v1','kind':'ConfigMap','metadata':"
                                        + "{'name':'web','namespace':'shop'}}")));
    }

    @Test
    void refusesAnObjectThatIsWrittenTwiceAlsoThroughAnotherVersionOrTheDefaultNamespace() {
        assertEquals(
                List.of(
                        "spec.components[0].manifests[1].metadata.name: Deployment shop/a is"
                                + " already made by components[0].manifests[0]"),
                problems(
                        STRICT,
                        false,
                        raw(
                                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':"
                                        + "{'name':'a','namespace':'shop'}}",
                                "{'apiVersion':'apps/v1beta1','kind':'Deployment','metadata':"
                                        + "{'name':'a'}}")));
    }

    @Test
    void refusesAnObjectThatAContainerMakes() {
        assertEquals(
                List.of(
                        "spec.components[1].manifests[0].metadata.name: Service shop/checkout-web is already"
                                + " made by components[0].container"),
                problems(
                        STRICT,
                        false,
                        web("web"),
                        raw(
                                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'checkout-web'}}")));
    }

    @Test
    void refusesAForeignNamespace() {
        assertEquals(
                List.of(
                        "spec.components[0].manifests[0].metadata.namespace: must be shop, the"
                                + " tenant's namespace, or left out, was \"bank\"",
                        "spec.components[0].manifests[1].metadata.namespace: must be shop, the"
                                + " tenant's namespace, or left out, was \"shop-eu\""),
                problems(
                        STRICT,
                        false,
                        raw(
                                "{'apiVersion':'v1','kind':'Secret','metadata':"
                                        + "{'name':'s','namespace':'bank'}}",
                                "{'apiVersion':'v1','kind':'Secret','metadata':"
                                        + "{'name':'s','namespace':'shop-eu'}}")));
    }

    @Test
    void refusesClusterScopedKindsUnlessTheTenantMay() {
        String role =
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','metadata':"
                        + "{'name':'r'}}";
        assertTrue(
                problems(STRICT, false, raw(role))
                        .getFirst()
                        .startsWith(
                                "spec.components[0].manifests[0].kind: tenant shop may not bring"
                                        + " ClusterRole.rbac.authorization.k8s.io"));
        TenantSpec may =
                new TenantSpec(
                        Selector.EVERYTHING, Set.of("ClusterRole.rbac.authorization.k8s.io"));
        assertEquals(List.of(), problems(may, false, raw(role)));
    }

    @Test
    void knowsTheScopeOfKindsThatTheApplicationDefines() {
        String crd =
                "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
                        + "'metadata':{'name':'fleets.example.org'},'spec':{'group':'example.org',"
                        + "'scope':'Cluster','names':{'kind':'Fleet'}}}";
        String fleet = "{'apiVersion':'example.org/v1','kind':'Fleet','metadata':{'name':'one'}}";
        TenantSpec may =
                new TenantSpec(
                        Selector.EVERYTHING,
                        Set.of("CustomResourceDefinition.apiextensions.k8s.io"));

        List<String> found = problems(may, false, raw(crd, fleet));

        assertEquals(1, found.size(), found.toString());
        assertTrue(found.getFirst().contains("may not bring Fleet.example.org"));
    }

    @Test
    void refusesOurLabelsAnnotationsAndPodLabels() {
        List<String> found =
                problems(
                        STRICT,
                        false,
                        raw(
                                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a',"
                                        + "'labels':{'portolan.io/managed':'false'},"
                                        + "'annotations':{'portolan.io/x':'y'}},'spec':{'template':"
                                        + "{'metadata':{'labels':{'portolan.io/application-uid':'z'"
                                        + "}}}}}"));
        assertEquals(
                List.of(
                        "spec.components[0].manifests[0].metadata.labels.portolan.io/managed: is"
                                + " Portolan's to write",
                        "spec.components[0].manifests[0].metadata.annotations.portolan.io/x: is"
                                + " Portolan's to write",
                        "spec.components[0].manifests[0].spec.template.metadata.labels.portolan.io/application-uid:"
                                + " is Portolan's to write"),
                found);
    }

    @Test
    void refusesKindsWithoutADefinedStopForASingleWriter() {
        String job = "{'apiVersion':'batch/v1','kind':'CronJob','metadata':{'name':'j'}}";
        assertEquals(List.of(), problems(STRICT, false, raw(job)));
        assertTrue(
                problems(STRICT, true, raw(job))
                        .getFirst()
                        .startsWith("spec.components[0].manifests[0].kind: CronJob.batch has no"));
    }

    @Test
    void refusesMoreThanEightMebibytes() {
        String big =
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'NAME'},'data':{'k':'"
                        + "x".repeat(3 << 20)
                        + "'}}";
        Component parts =
                raw(big.replace("NAME", "a"), big.replace("NAME", "b"), big.replace("NAME", "c"));
        assertTrue(problems(STRICT, false, parts).getFirst().contains("at most 8 MiB"));
        assertEquals(List.of(), problems(STRICT, false, raw(big.replace("NAME", "a"))));
    }

    @Test
    void refusesAServiceNameThatKubernetesWouldRefuse() {
        assertEquals(
                List.of(
                        "spec.components[0].name: makes the name \"1shop-web\" of a Service, which"
                                + " must begin with a letter"),
                problems("1shop", STRICT, false, web("web")));
        assertEquals(List.of(), problems(STRICT, false, web("1web")));
    }

    @Test
    void refusesANameThatIsTooLongTogetherWithTheApplications() {
        String name = "a".repeat(60);
        assertEquals(List.of(), problems(name, STRICT, false, web(name), web("ab")));
        assertEquals(
                List.of(
                        "spec.components[1].name: makes the name \""
                                + name
                                + "-web\" of 64 characters, at most 63"),
                problems(name, STRICT, false, web(name), web("web")));
    }
}
