package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Selector;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Toleration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EligibilityTest {
    private static final PlacementPolicySpec POLICY =
            Fleet.policy("region in (eu-west, eu-north), !legacy, name != c9", 1);
    private static final Selector TENANT = Selector.parse("jurisdiction = EU");

    /** Each rule for a newcomer, and for the cluster where the application is already. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "fits",
            value = {
                "c1 eu-west                       | fits | fits",
                "c1 us-east                       | Selector: the policy asks for region in (eu-north, eu-west), here it is us-east | Selector: the policy asks for region in (eu-north, eu-west), here it is us-east",
                "c1 -                             | Selector: the policy asks for region in (eu-north, eu-west), here there is none | Selector: the policy asks for region in (eu-north, eu-west), here there is none",
                "c1 eu-west label=legacy:yes      | Selector: the policy asks for !legacy, here it is yes | Selector: the policy asks for !legacy, here it is yes",
                "c1 us-east label=region:eu-west  | Selector: the policy asks for region in (eu-north, eu-west), here it is us-east | Selector: the policy asks for region in (eu-north, eu-west), here it is us-east",
                "c9 eu-west                       | Selector: the policy asks for name != c9, here it is c9 | Selector: the policy asks for name != c9, here it is c9",
                "c1 eu-west law=US                | Tenant: the tenant may use clusters with jurisdiction = EU only, here it is US | Tenant: the tenant may use clusters with jurisdiction = EU only, here it is US",
                "c1 eu-west deleting              | Deleting: is being deleted | Deleting: is being deleted",
                "c1 eu-west pending               | NotJoined: no agent has joined yet | fits",
                "c1 eu-west suspect               | Unreachable: its agent has gone silent | fits",
                "c1 eu-west unreachable           | Unreachable: its agent is not heard | fits",
                "c1 eu-west cordoned              | Cordoned: an operator has cordoned it | fits",
                "c1 eu-west taint=gpu:NoSchedule  | Tainted: its taint gpu:NoSchedule is not tolerated | fits",
                "c1 eu-west taint=gpu:NoExecute   | Tainted: its taint gpu:NoExecute is not tolerated | Tainted: its taint gpu:NoExecute is not tolerated",
                "c1 eu-west taint=a:NoExecute taint=b:NoSchedule | Tainted: its taint a:NoExecute is not tolerated | Tainted: its taint a:NoExecute is not tolerated",
                "c1 eu-west kind=Service          | ApiKinds: it does not serve Deployment.apps | fits",
                "c1 eu-west kind=Service kind=Deployment.apps | fits | fits",
                "c1 us-east cordoned unreachable  | Selector: the policy asks for region in (eu-north, eu-west), here it is us-east | Selector: the policy asks for region in (eu-north, eu-west), here it is us-east",
            })
    void saysWhyAClusterIsRefused(String cluster, String newcomer, String current) {
        assertEquals(
                Optional.ofNullable(newcomer), refusal(cluster, POLICY, List.of()), "newcomer");
        assertEquals(
                Optional.ofNullable(current),
                refusal(cluster, POLICY, List.of(cluster.split(" ")[0])),
                "current");
    }

    @Test
    void toleratesWhatThePolicyTolerates() {
        String cluster = "c1 eu-west taint=gpu:NoExecute";
        assertEquals(Optional.empty(), tolerating(cluster, "gpu", Optional.empty()));
        assertEquals(Optional.empty(), tolerating(cluster, "", Optional.empty()));
        assertEquals(Optional.empty(), tolerating(cluster, "gpu", Optional.of(Effect.NO_EXECUTE)));
        assertEquals(
                Optional.of("Tainted: its taint gpu:NoExecute is not tolerated"),
                tolerating(cluster, "gpu", Optional.of(Effect.NO_SCHEDULE)));
        assertEquals(
                Optional.of("Tainted: its taint gpu:NoExecute is not tolerated"),
                tolerating(cluster, "cpu", Optional.empty()));
    }

    @Test
    void anExcludedClusterIsLeft() {
        Needs needs =
                new Needs(
                        Selector.EVERYTHING,
                        Set.of(),
                        Fleet.uids("c1"),
                        List.of(),
                        Set.copyOf(Fleet.uids("c1")));
        assertEquals(
                Optional.of("Excluded: an operation has just left it"),
                Eligibility.refusal(Fleet.cluster("c1"), Fleet.policy(1), needs)
                        .map(EligibilityTest::text));
    }

    private static Optional<String> tolerating(
            String cluster, String key, Optional<Effect> effect) {
        return refusal(cluster, Fleet.policy("", 1, new Toleration(key, "", effect)), List.of());
    }

    private static Optional<String> refusal(
            String cluster, PlacementPolicySpec policy, List<String> current) {
        Needs needs =
                new Needs(
                        TENANT,
                        Set.of("Deployment.apps"),
                        Fleet.uids(current.toArray(String[]::new)),
                        List.of(),
                        Set.of());
        return Eligibility.refusal(Fleet.cluster(cluster), policy, needs)
                .map(EligibilityTest::text);
    }

    private static String text(Fate fate) {
        return fate.reason() + ": " + fate.detail();
    }
}
