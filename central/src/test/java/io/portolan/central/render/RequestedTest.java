package io.portolan.central.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Requests.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestedTest {
    private static Requests requests(String... components) {
        String json = "{\"components\":[" + String.join(",", components).replace('\'', '"') + "]}";
        return Requested.of(Codec.lenient().read(json, ApplicationSpec.class));
    }

    private static String manifest(String kind, String spec) {
        return "{'name':'m','manifests':[{'apiVersion':'"
                + (kind.equals("Pod") ? "v1" : kind.endsWith("Job") ? "batch/v1" : "apps/v1")
                + "','kind':'"
                + kind
                + "','metadata':{'name':'x'},'spec':"
                + spec
                + "}]}";
    }

    private static String template(String containers) {
        return "'template':{'spec':{'containers':[" + containers + "]}}";
    }

    private static final String HALF = "{'resources':{'requests':{'cpu':'500m','memory':'1Gi'}}}";
    private static final Amount HALF_AMOUNT = new Amount(500, 1L << 30);

    @Test
    void containersRequestPerReplica() {
        assertEquals(
                new Requests(
                        Map.of(
                                "web", new Workload(3, new Amount(250, 1L << 28)),
                                "idle", new Workload(2, Amount.NONE)),
                        Amount.NONE,
                        Amount.NONE),
                requests(
                        "{'name':'web','container':{'image':'i','replicas':3,"
                                + "'resources':{'cpu':'250m','memory':'256Mi'}}}",
                        "{'name':'idle','container':{'image':'i','replicas':2}}"));
    }

    @ParameterizedTest
    @CsvSource({
        "Deployment, 4",
        "StatefulSet, 4",
        "ReplicaSet, 4",
    })
    void workloadsOfStatedReplicasCountEach(String kind, int replicas) {
        assertEquals(
                Map.of("m/" + kind + "/x", new Workload(replicas, HALF_AMOUNT)),
                requests(manifest(kind, "{'replicas':4," + template(HALF) + "}")).workloads());
    }

    @Test
    void othersCountAsTheyRun() {
        assertEquals(
                HALF_AMOUNT, requests(manifest("Deployment", "{" + template(HALF) + "}")).fixed());
        assertEquals(
                HALF_AMOUNT, requests(manifest("DaemonSet", "{" + template(HALF) + "}")).perNode());
        assertEquals(
                HALF_AMOUNT, requests(manifest("Pod", "{'containers':[" + HALF + "]}")).fixed());
        assertEquals(
                HALF_AMOUNT.times(3),
                requests(manifest("Job", "{'parallelism':3," + template(HALF) + "}")).fixed());
        assertEquals(
                HALF_AMOUNT.times(2),
                requests(
                                manifest(
                                        "Job",
                                        "{'parallelism':3,'completions':2," + template(HALF) + "}"))
                        .fixed());
        assertEquals(
                HALF_AMOUNT,
                requests(manifest("CronJob", "{'jobTemplate':{'spec':{" + template(HALF) + "}}}"))
                        .fixed());
    }

    @Test
    void aLimitAloneIsTheRequest() {
        assertEquals(
                new Amount(100, 7),
                requests(
                                manifest(
                                        "Pod",
                                        "{'containers':[{'resources':{'limits':{'cpu':'9','memory':7},"
                                                + "'requests':{'cpu':'100m'}}}]}"))
                        .fixed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deployment | {}",
                "Deployment | {'replicas':-3,'template':{'spec':{'containers':[{'resources':{'requests':{'cpu':'-5'}}}]}}}",
                "Deployment | {'replicas':'many','template':[]}",
                "StatefulSet | {'replicas':2,'template':{'spec':{'containers':'x'}}}",
                "Pod | {'containers':[7,null,{'resources':'x'},{'resources':{'requests':[1]}}]}",
                "Pod | {'containers':[{'resources':{'requests':{'cpu':'a lot','memory':{}}}}]}",
                "Job | {'parallelism':-1,'template':{'spec':{'containers':[]}}}",
                "CronJob | {'jobTemplate':9}",
                "DaemonSet | {'template':{'spec':null}}",
            })
    void whatIsNoRequestCountsNothing(String kind, String spec) {
        assertTrue(requests(manifest(kind, spec)).isNone(), spec);
    }

    @Test
    void whatIsAbsurdIsBounded() {
        Requests absurd =
                requests(
                        manifest(
                                "Deployment",
                                "{'replicas':1000000,"
                                        + template(
                                                "{'resources':{'requests':{'cpu':'9E','memory':'99E'}}},"
                                                        + "{'resources':{'requests':{'cpu':'9E'}}}")
                                        + "}"));
        Amount all = absurd.all().amount();
        assertEquals(Amount.asked(Long.MAX_VALUE, Long.MAX_VALUE), all);
    }

    static LongStream seeds() {
        return LongStream.range(0, 2_000);
    }

    /** Whatever is written, there is an answer, and it is not negative. */
    @ParameterizedTest
    @MethodSource("seeds")
    void neverFails(long seed) {
        Random random = new Random(seed);
        String kind =
                List.of("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod")
                        .get(random.nextInt(6));
        String json =
                Codec.lenient()
                        .text(
                                Map.of(
                                        "components",
                                        List.of(
                                                Map.of(
                                                        "name",
                                                        "m",
                                                        "manifests",
                                                        List.of(object(kind, random))))));
        Amount all = Requested.of(Codec.lenient().read(json, ApplicationSpec.class)).all().on(50);
        assertTrue(all.millis() >= 0 && all.bytes() >= 0, () -> "seed " + seed + ": " + json);
    }

    private static Map<String, Object> object(String kind, Random random) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("apiVersion", List.of("v1", "apps/v1", "batch/v1").get(random.nextInt(3)));
        out.put("kind", kind);
        out.put("metadata", Map.of("name", "x"));
        out.put("spec", any(random, 7).orElse(1));
        return out;
    }

    private static Optional<Object> any(Random random, int depth) {
        List<String> keys =
                Arrays.asList(
                        "template",
                        "spec",
                        "containers",
                        "initContainers",
                        "resources",
                        "requests",
                        "limits",
                        "cpu",
                        "memory",
                        "replicas",
                        "parallelism",
                        "jobTemplate",
                        "overhead",
                        "restartPolicy");
        int dice = depth == 0 ? 3 + random.nextInt(4) : random.nextInt(7);
        return Optional.ofNullable(
                switch (dice) {
                    case 0, 1 -> {
                        Map<String, Object> map = new LinkedHashMap<>();
                        for (int i = random.nextInt(9); i >= 0; i--) {
                            map.put(
                                    keys.get(random.nextInt(keys.size())),
                                    any(random, depth - 1).orElse("x"));
                        }
                        yield map;
                    }
                    case 2 -> {
                        List<Object> list = new ArrayList<>();
                        for (int i = random.nextInt(3); i >= 0; i--) {
                            list.add(any(random, depth - 1).orElse(Map.of()));
                        }
                        yield list;
                    }
                    case 3 -> random.nextLong();
                    case 4 ->
                            List.of("500m", "9E", "-9E", "1e99", "", "Always")
                                    .get(random.nextInt(6));
                    case 5 -> random.nextDouble() * Math.pow(10, random.nextInt(40));
                    default -> null;
                });
    }
}
