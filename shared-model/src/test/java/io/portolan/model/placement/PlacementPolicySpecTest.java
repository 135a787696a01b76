package io.portolan.model.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.portolan.model.Check;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.wire.Documents;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementPolicySpecTest {
    private static Optional<PlacementPolicySpec> read(String json, Check check) throws IOException {
        Optional<PlacementPolicySpec> read =
                Documents.part(new ObjectMapper().readTree(json), PlacementPolicySpec.class, check);
        read.ifPresent(p -> p.check(check));
        return read;
    }

    @Test
    void oneSpreadNeedsNoListAroundIt() throws IOException {
        Check check = Check.root();
        List<Spread> spread =
                read("{\"clusters\":2,\"spread\":{\"minGroups\":2}}", check).orElseThrow().spread();
        assertEquals(List.of(new Spread("region", 2, 1)), spread);
        assertEquals(List.of(), check.problems());
        assertEquals(
                spread,
                read("{\"clusters\":2,\"spread\":[{\"minGroups\":2}]}", check)
                        .orElseThrow()
                        .spread());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'clusters':0}                                   | clusters: must be 1..10000, was 0",
                "{'where':'kubernetesVersion >= new'}              | where: 'new' is not a version such as 1.34",
                "{'spread':{'minGroups':2}}                        | spread.minGroups: 2 groups need at least as many clusters, was clusters: 1",
                "{'spread':{'over':'-x'}}                          | spread.over: must be region, zone, provider, another field or a label key",
                "{'clusters':3,'spread':[{},{'over':'zone','minGroups':3,'maxGroups':2}]} | spread[1].maxGroups: must not be less than minGroups: 3",
                "{'spread':[{},{'over':'region'}]}                 | spread[1].over: is spread over already by spread[0]",
                "{'spread':[{},{'over':'zone','maxSkew':0}]}       | spread[1].maxSkew: must be 1..10000, was 0",
                "{'spread':[{},{'over':'zone','maxSkew':4294967297}]} | spread[1].maxSkew: Numeric value (4294967297) out of range of int (-2147483648 - 2147483647)",
                "{'replicas':{'divide':'duplicated','maxPerCluster':3}} | replicas.divide: is duplicated, which takes no weights, minPerCluster or maxPerCluster; did you mean weighted",
                "{'replicas':{'weights':[{'weight':0}]}}           | replicas.weights[0].weight: must be 1..1000, was 0",
                "{'replicas':{'weights':[{'where':'-x = y'}]}}     | replicas.weights[0].where: '-x' is not a label key or field",
                "{'replicas':{'minPerCluster':5,'maxPerCluster':4}} | replicas.maxPerCluster: must not be less than minPerCluster: 5",
                "{'prefer':[{'lowest':'cost'},{'weight':3}]}      | prefer[1]: must have exactly one of: where, lowest, highest, free",
                "{'prefer':[{'lowest':'a','highest':'b'}]}        | prefer[0]: must have exactly one of: where, lowest, highest, free",
                "{'prefer':[{'lowest':'cost','weight':1001}]}     | prefer[0].weight: must be 1..1000, was 1001",
                "{'prefer':[{'where':''}]}                        | prefer[0]: must have exactly one of: where, lowest, highest, free",
                "{'prefer':[{'highest':'-'}]}                     | prefer[0].highest: must be a label key",
                "{'prefer':[{'free':'most','lowest':'a'}]}        | prefer[0]: must have exactly one of: where, lowest, highest, free",
                "{'capacity':{'headroom':'91%'}}                  | capacity.headroom: must be 0%..90%, was 91%",
                "{'capacity':{'headroom':'ten'}}                  | capacity.headroom: must be a percentage such as 10%",
                "{'priority':1001}                                | priority.value: must be -1000..1000, was 1001",
                "{'priority':{'value':-1001}}                     | priority.value: must be -1000..1000, was -1001",
                "{'replicas':{'divide':'freeCapacity','weights':[{}]}} | replicas.weights: count with divide: weighted only",
                "{'replicas':{'divide':'aggregated'},'clusters':2,'spread':{'minGroups':2}} | replicas.minPerCluster: must be 1 or more beside a spread: clusters that are left out could break it",
                "{'groups':{}}                                    | groups.order: must hold at least one group",
                "{'groups':{'order':['a = b','kubernetesVersion > x']}} | groups.order[1]: 'x' is not a version such as 1.34",
                "{'affinity':{}}                                  | affinity: must have exactly one of: application, applications",
                "{'affinity':[{'application':'a'},{'application':'a','applications':'b = c'}]} | affinity[1]: must have exactly one of: application, applications",
                "{'affinity':{'application':''}}                  | affinity.application: must be given",
                "{'affinity':{'application':'a','over':'-'}}      | affinity.over: must be cluster, region, zone, provider, another field or a label key",
                "{'affinity':{'application':'a','weight':0}}      | affinity.weight: must be 1..1000, was 0",
                "{'affinity':[{'application':'a'},{'application':'b'},{'application':'a','apart':true}]} | affinity[2]: must be kept, and affinity[0] asks for the opposite",
                "{'clusters':2,'standbys':{}}                     | standbys.apart: must hold at least one field or label, such as region",
                "{'clusters':2,'standbys':{'apart':['region','region']}} | standbys.apart[1]: is said twice",
                "{'clusters':2,'standbys':{'apart':['-']}}        | standbys.apart[0]: must be region, zone, provider, another field or a label key",
                "{'standbys':{'apart':['zone']}}                  | standbys: standbys need clusters: 2 or more, one is active; was clusters: 1",
                "{'clusters':2,'standbys':{'apart':['zone','region']},'spread':{'maxGroups':1}} | standbys.apart[1]: needs two values of region, and the spread over it has maxGroups: 1",
                "{'clusters':3,'spread':{'over':'name','maxGroups':2}} | spread.maxGroups: each cluster is a group of its own: must not be less than clusters: 3",
                "{'spread':{'weights':{'eu-west':0}}}             | spread.weights.eu-west: must be 1..1000, was 0",
                "{'tolerations':[{'key':'a','tolerationSeconds':5}]} | tolerations[0].tolerationSeconds: needs effect: NoExecute, nothing else evicts",
                "{'tolerations':[{'key':'a','effect':'NoExecute','tolerationSeconds':-1}]} | tolerations[0].tolerationSeconds: must be 0..31622400, was -1",
            })
    void whatIsWrongIsToldAtItsField(String json, String problem) throws IOException {
        Check check = Check.root();
        read(json.replace('\'', '"'), check);
        assertEquals(
                List.of(problem.replace('\'', '"')),
                check.problems().stream().map(Check.Problem::toString).toList());
    }

    @Test
    void aTenantsJurisdictionsAreLabelValues() {
        Check check = Check.root();
        new io.portolan.model.TenantSpec(
                        io.portolan.model.Selector.EVERYTHING,
                        java.util.Set.of(),
                        java.util.Set.of("EU", "not one"))
                .check(check);
        assertEquals(1, check.problems().size());
        assertTrue(
                check.problems().getFirst().toString().startsWith("dataResidency: \"not one\""),
                check.problems()::toString);
    }
}
