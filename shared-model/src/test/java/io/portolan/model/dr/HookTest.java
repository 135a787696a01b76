package io.portolan.model.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Check;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy may say of hooks. */
class HookTest {
    private static List<String> problems(String json) {
        Check check = Check.root();
        Codec.strict().read(json.replace('\'', '"'), DrPolicySpec.class).check(check);
        return check.problems().stream().map(Check.Problem::toString).toList();
    }

    private static List<String> hook(String json) {
        return problems("{'writers':'single','hooks':{'promote':" + json + "}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'http':{'url':'https://hooks.example.com/dr'}}",
                "{'http':{'url':'http://10.0.0.7:8080/a?b=c'},'timeout':'10m','retries':10}",
                "{'http':{'url':'http://[fd00::1]/'},'timeout':'1s','retries':0}",
                "{'http':{'url':'https://h/','headers':{'Authorization':'Bearer a.b-c='}}}",
            })
    void takesACall(String json) {
        assertEquals(List.of(), hook(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "null | .http.url: must be given",
                "{} | .http.url: must be given",
                "{'http':{}} | .http.url: must be given",
                "{'http':{'url':'hooks.example.com'}} | .http.url: must be an address such as https://hooks.example.com/dr",
                "{'http':{'url':'file:///etc/passwd'}} | .http.url: must be an address such as https://hooks.example.com/dr",
                "{'http':{'url':'gopher://h/'}} | .http.url: must be an address such as https://hooks.example.com/dr",
                "{'http':{'url':'https:///x'}} | .http.url: must be an address such as https://hooks.example.com/dr",
                "{'http':{'url':'https://u:p@h/'}} | .http.url: must not hold a user: write an Authorization header",
                "{'http':{'url':'https://h/#x'}} | .http.url: must not have a fragment",
                "{'http':{'url':'https://h/ x'}} | .http.url: is no URL: Illegal character in path",
                "{'http':{'url':'https://h/','headers':{'Idempotency-Key':'x'}}} | .http.headers.Idempotency-Key: is Portolan's to write",
                "{'http':{'url':'https://h/','headers':{'hOST':'x'}}} | .http.headers.hOST: is Portolan's to write",
                "{'http':{'url':'https://h/','headers':{'A B':'x'}}} | .http.headers.A B: is no name of a header",
                "{'http':{'url':'https://h/','headers':{'A':'x\\r\\nB: c'}}} | .http.headers.A: must be printable ASCII on one line, at most 4096 characters",
                "{'http':{'url':'https://h/'},'timeout':'11m'} | .timeout: must be 1s..10m",
                "{'http':{'url':'https://h/'},'timeout':'0s'} | .timeout: must be 1s..10m",
                "{'http':{'url':'https://h/'},'retries':11} | .retries: must be 0..10, was 11",
            })
    void refusesWithTheFieldsPath(String json, String problem) {
        assertEquals(List.of("hooks.promote" + problem), hook(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'job':{'image':'db-tools:3'}}",
                "{'job':{'image':'h/i@sha256:0','command':['/x'],'args':['a'],'env':{'A_B':'c'},"
                        + "'serviceAccount':'db.admin','cluster':'source'},'timeout':'1h','retries':0}",
            })
    void takesAJob(String json) {
        assertEquals(List.of(), hook(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'job':{}} | .job.image: must be given",
                "{'job':{'image':'a b'}} | .job.image: must be an image reference without spaces, at most 512 characters",
                "{'job':{'image':'i','env':{'A B':'c'}}} | .job.env.A B: is not an environment variable's name",
                "{'job':{'image':'i','env':{'PORTOLAN_EPOCH':'9'}}} | .job.env.PORTOLAN_EPOCH: is Portolan's to write",
                "{'job':{'image':'i','serviceAccount':'Db_Admin'}} | .job.serviceAccount: must be the name of a service account",
                "{'job':{'image':'i'},'timeout':'61m'} | .timeout: must be 1s..1h",
                "{'job':{'image':'i'},'retries':11} | .retries: must be 0..10, was 11",
            })
    void refusesAJobWithTheFieldsPath(String json, String problem) {
        assertEquals(List.of("hooks.promote" + problem), hook(json));
    }

    @Test
    void aHookActsInOneWay() {
        String both = "{'http':{'url':'https://h/'},'job':{'image':'i'}}";
        Exception refused = assertThrows(RuntimeException.class, () -> hook(both));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("must have exactly one of: http, job"),
                refused::getMessage);
        assertTrue(String.valueOf(refused.getMessage()).contains("promote"), refused::getMessage);
        Exception unknown = assertThrows(RuntimeException.class, () -> hook("{'jobs':{}}"));
        assertTrue(String.valueOf(unknown.getMessage()).contains("jobs"), unknown::getMessage);
    }

    @Test
    void aJobHasItsOwnTimeAndRunsWhereItsPointActs() {
        DrPolicySpec policy =
                Codec.strict()
                        .read(
                                """
                                {"writers": "single", "hooks": {
                                  "quiesce": {"job": {"image": "i"}},
                                  "cleanSource": {"job": {"image": "i", "cluster": "target"}},
                                  "promote": {"job": {"image": "i"}, "timeout": "30s"},
                                  "reprotect": {"http": {"url": "https://h/"}}}}""",
                                DrPolicySpec.class);
        assertEquals(HookJob.TIMEOUT, policy.hooks().get(HookPoint.QUIESCE).timeout());
        assertEquals(Duration.ofSeconds(30), policy.hooks().get(HookPoint.PROMOTE).timeout());
        assertEquals(Hook.TIMEOUT, policy.hooks().get(HookPoint.REPROTECT).timeout());
        assertEquals(HookJob.Side.SOURCE, side(policy, HookPoint.QUIESCE));
        assertEquals(HookJob.Side.TARGET, side(policy, HookPoint.CLEAN_SOURCE));
        assertEquals(HookJob.Side.TARGET, side(policy, HookPoint.PROMOTE));
    }

    private static HookJob.Side side(DrPolicySpec policy, HookPoint point) {
        return ((HookJob) policy.hooks().get(point).act()).side(point);
    }

    @Test
    void aGateAsksWhatTheTargetHas() {
        assertEquals(
                List.of(
                        "hooks.dataGate.job.cluster: must be target: what the target has is asked,"
                                + " when the source has stopped"),
                problems(
                        "{'rpo':'10s','hooks':{'dataGate':{'job':{'image':'i','cluster':'source'}}}}"));
    }

    @Test
    void aFenceIsNoJob() {
        assertEquals(
                List.of(
                        "fencing.hook.job: must be http: a Job that ended says nothing of a cluster"
                                + " that nobody hears, and where it ran may be a part of the same"
                                + " disaster"),
                problems(
                        "{'writers':'single','fencing':{'hook':{'job':{'image':'i'}},'level':'F5',"
                                + "'readBack':{'url':'https://h/state'}}}"));
    }

    @Test
    void whatLiesBeforeTheRoleIsTakenNeedsARoleThatIsTaken() {
        for (String point : List.of("withdrawTraffic", "quiesce", "finalSync")) {
            String hooks = ",'hooks':{'" + point + "':{'http':{'url':'https://h/'}}}}";
            assertEquals(List.of(), problems("{'writers':'single'" + hooks));
            assertEquals(
                    List.of(
                            "hooks."
                                    + point
                                    + ": needs writers: single, of many the former goes on until"
                                    + " the next serves"),
                    problems("{'writers':'many'" + hooks));
        }
    }

    @Test
    void aGateNeedsWhatItIsComparedWith() {
        String gate = "'hooks':{'dataGate':{'http':{'url':'https://h/'}}}}";
        assertEquals(List.of(), problems("{'rpo':'10s'," + gate));
        assertEquals(
                List.of("hooks.dataGate: needs rpo, which is what the lag is compared with"),
                problems("{" + gate));
    }

    @Test
    void aFenceIsWrittenApartAndSaysHowItIsSeen() {
        String fencing =
                "'fencing':{'hook':{'http':{'url':'https://h/off'}},'level':'F5',"
                        + "'readBack':{'url':'https://h/state'}}}";
        assertEquals(List.of(), problems("{'writers':'single'," + fencing));
        assertEquals(
                List.of("fencing: needs writers: single, of many none has to be fenced"),
                problems("{" + fencing));
        assertEquals(
                List.of(
                        "fencing.hook.http.url: must be given",
                        "fencing.level: must be F4 or F5, was F0",
                        "fencing.readBack.url: must be given"),
                problems("{'writers':'single','fencing':{}}"));
        assertEquals(
                List.of("hooks.fence: is written as fencing, beside hooks"),
                problems("{'writers':'single','hooks':{'fence':{'http':{'url':'https://h/'}}}}"));
    }

    @Test
    void whatAFenceProvesMayBeDemanded() {
        String fencing =
                ",'fencing':{'hook':{'http':{'url':'https://h/off'}},'level':'F4',"
                        + "'readBack':{'url':'https://h/state'}}}";
        assertEquals(List.of(), problems("{'writers':'single','minimumFence':'F4'" + fencing));
        assertEquals(
                List.of(
                        "minimumFence: F5 cannot be reached: nothing in this policy gives more"
                                + " than F4, so that no failover from a silent cluster could ever be"
                                + " committed"),
                problems("{'writers':'single','minimumFence':'F5'" + fencing));
    }
}
