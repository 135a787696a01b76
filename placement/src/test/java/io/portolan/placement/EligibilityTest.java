package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Selector;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Toleration;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EligibilityTest {
    private static final PlacementPolicySpec POLICY =
            Fleet.policy(
                    "region in (eu-west, eu-north), !legacy, name != c9,"
                            + " kubernetesVersion >= 1.34, kubernetesVersion < 1.40",
                    1);
    private static final Selector TENANT = Selector.parse("name != c8");

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
                "c8 eu-west                       | Tenant: the tenant may use clusters with name != c8 only, here it is c8 | Tenant: the tenant may use clusters with name != c8 only, here it is c8",
                "c1 eu-west version=v1.33.9       | Selector: the policy asks for kubernetesVersion >= 1.34, here it is v1.33.9 | Selector: the policy asks for kubernetesVersion >= 1.34, here it is v1.33.9",
                "c1 eu-west version=v1.40.0-gke.1 | Selector: the policy asks for kubernetesVersion < 1.40, here it is v1.40.0-gke.1 | Selector: the policy asks for kubernetesVersion < 1.40, here it is v1.40.0-gke.1",
                "c1 eu-west law=CH                | fits | fits",
                "c1 eu-west law=US                | DataResidency: the tenant's data must stay in CH, EU, here the law of US holds | DataResidency: the tenant's data must stay in CH, EU, here the law of US holds",
                "c1 us-east law=-                 | DataResidency: the tenant's data must stay in CH, EU, here nothing says whose law holds | DataResidency: the tenant's data must stay in CH, EU, here nothing says whose law holds",
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

    /** The tolerations of each effect, and what a newcomer and what is there are told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "fits",
            value = {
                "tainted=a:59  | Tainted: its taint a:NoExecute is tolerated until 2026-11-22T12:00:01Z only | fits | 2026-11-22T12:00:01Z",
                "tainted=a:60  | Tainted: its taint a:NoExecute was tolerated until 2026-11-22T12:00:00Z | Tainted: its taint a:NoExecute was tolerated until 2026-11-22T12:00:00Z | fits",
                "pending       | Tainted: its taint a:NoExecute is tolerated until 2026-11-22T12:01:00Z only | fits | 2026-11-22T12:01:00Z",
                "tainted=a:10 taint=b:NoSchedule | Tainted: its taint a:NoExecute is tolerated until 2026-11-22T12:00:50Z only | fits | 2026-11-22T12:00:50Z",
                "tainted=a:10 taint=b:NoExecute  | Tainted: its taint b:NoExecute is not tolerated | Tainted: its taint b:NoExecute is not tolerated | fits",
                "tainted=a:10 taint=c:NoExecute tainted=c:29 | Tainted: its taint c:NoExecute is tolerated until 2026-11-22T12:00:01Z only | fits | 2026-11-22T12:00:01Z",
            })
    void aTaintIsToleratedForATime(
            String more, String newcomer, String current, String evictionAt) {
        Toleration minute = timed("a", 60);
        PlacementPolicySpec policy =
                Fleet.policy("", 1, minute, timed("c", 30), timed("c", 90), timed("c", 31));
        Candidate cluster = Fleet.cluster("c1 eu-west taint=a:NoExecute " + more);
        assertEquals(
                Optional.ofNullable(newcomer),
                Eligibility.of(policy, Fleet.needs()).refusal(cluster).map(EligibilityTest::text));
        assertEquals(
                Optional.ofNullable(current),
                Eligibility.of(policy, Fleet.needs("c1"))
                        .refusal(cluster)
                        .map(EligibilityTest::text));
        assertEquals(
                Optional.ofNullable(evictionAt).map(Instant::parse),
                Eligibility.of(policy, Fleet.needs("c1")).evictionAt(cluster));
    }

    private static Toleration timed(String key, long seconds) {
        return new Toleration(key, "", Optional.of(Effect.NO_EXECUTE), Optional.of(seconds));
    }

    @Test
    void anExcludedClusterIsLeft() {
        Needs needs =
                new Needs(
                        Selector.EVERYTHING,
                        Set.of(),
                        Set.of(),
                        Map.of(),
                        Fleet.uids("c1"),
                        List.of(),
                        Set.copyOf(Fleet.uids("c1")),
                        Fleet.NOW);
        assertEquals(
                Optional.of("Excluded: an operation has just left it"),
                Eligibility.of(Fleet.policy(1), needs)
                        .refusal(Fleet.cluster("c1"))
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
                        Set.of("EU", "CH"),
                        Set.of("Deployment.apps"),
                        Map.of(),
                        Fleet.uids(current.toArray(String[]::new)),
                        List.of(),
                        Set.of(),
                        Fleet.NOW);
        return Eligibility.of(policy, needs)
                .refusal(Fleet.cluster(cluster))
                .map(EligibilityTest::text);
    }

    private static String text(Fate fate) {
        return fate.reason() + ": " + fate.detail();
    }

    @Test
    void crowdedTellsWhatANewcomerLacks() {
        List<String> lines =
                List.of(
                        "requests web 2/6Gi",
                        "c1 eu-west room=8/32Gi used=2/30Gi",
                        "c2 eu-west room=8/32Gi");
        Scenario.Given given = new Scenario("room", "{}", lines).read();
        ClusterSnapshot fleet = ClusterSnapshot.of(given.fleet());
        Eligibility newcomer = Eligibility.of(given.policy(), given.needs());
        assertEquals(
                Optional.of("memory: needs 6 GiB, free 2 GiB"),
                newcomer.crowded(fleet, Fleet.uid("c1")));
        assertEquals(Optional.empty(), newcomer.crowded(fleet, Fleet.uid("c2")));
        assertEquals(Optional.empty(), newcomer.crowded(fleet, Fleet.uid("gone")));
        assertEquals(
                Optional.empty(),
                Eligibility.of(given.policy(), given.needs().on(Fleet.uids("c1")))
                        .crowded(fleet, Fleet.uid("c1")),
                "what is there has its room");
    }
}
