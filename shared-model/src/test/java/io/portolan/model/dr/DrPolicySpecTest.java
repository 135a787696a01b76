package io.portolan.model.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.dr.DrPolicySpec.Preset;
import io.portolan.model.dr.DrPolicySpec.Trigger;
import io.portolan.model.dr.DrPolicySpec.Writers;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DrPolicySpecTest {
    private static Optional<DrPolicySpec> read(String json, Check check) {
        try {
            Optional<DrPolicySpec> read =
                    Documents.part(
                            new ObjectMapper().readTree(json.replace('\'', '"')),
                            DrPolicySpec.class,
                            check);
            read.ifPresent(p -> p.check(check));
            return read;
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static DrPolicySpec fine(String json) {
        Check check = Check.root();
        Optional<DrPolicySpec> read = read(json, check);
        assertEquals(List.of(), check.problems());
        return read.orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'rpo':'0s'} | rpo: 0s: nothing that was written may be lost, which needs replication: sync, was replication: not said",
                "{'rpo':'0s','replication':'async'} | rpo: 0s: nothing that was written may be lost, which needs replication: sync, was replication: async",
                "{'rpo':'1m','replication':'none'} | rpo: promises something of data that reach no other cluster (replication: none)",
                "{'rto':'0s'} | rto: must be 1s..168h",
                "{'writers':'single','minimumFence':'F0'} | minimumFence: must not be F0 for a single writer: without any proof two may write; F6 takes an operator's word, F2 the agent's proof",
                "{'writers':'single','minimumFence':'F5'} | minimumFence: F5 cannot be reached: nothing in this policy gives more than F2, so that no failover from a silent cluster could ever be committed",
                "{'minimumFence':'F2'} | minimumFence: must be F0 with writers: many, of whom two may run at once, was F2",
                "{'attestations':2} | attestations: is asked of nobody: only for a single writer whose minimumFence is F6 do words count",
                "{'writers':'single','minimumFence':'F2','attestations':2} | attestations: is asked of nobody: only for a single writer whose minimumFence is F6 do words count",
                "{'writers':'single','attestations':6} | attestations: must be 1..5, was 6",
                "{'writers':'single','trigger':'automatic'} | trigger: must not be automatic for a single writer that keeps running: a cluster that is not heard cannot prove that it stopped, so somebody has to vouch for it; did you mean propose, or onCentralLoss: selfFence",
                "{'writers':'single','safety':{'minActive':2}} | safety.minActive: must be 1 for a single writer: it is never active on two clusters, was 2",
                "{'preset':'cold','standby':'pilot-light'} | standby: must be cold with preset: cold, was pilot-light",
                "{'preset':'pilot-light','standby':'cold'} | standby: must be pilot-light with preset: pilot-light, was cold",
                "{'preset':'quorum-of-three','writers':'single','safety':{'minActive':1}} | writers: must be many with preset: quorum-of-three, where several clusters serve at once",
                "{'preset':'hot','standby':'warm'} | standby: must be hot with preset: hot, was warm",
                "{'writers':'single','standby':'warm'} | standby: warm runs code in two clusters, which a single writer never does; use pilot-light, with reserve: true for its room, or writers: many",
                "{'preset':'hot','writers':'single','trigger':'propose'} | standby: hot runs code in two clusters, which a single writer never does; use pilot-light, with reserve: true for its room, or writers: many",
                "{'reserve':true} | reserve: needs writers: single or a standby, else each cluster runs its own already",
                "{'preset':'active-active','standby':'cold'} | standby: must not be said: nothing stands by with preset: active-active, was cold",
                "{'safety':{'rate':{'failovers':0,'per':'1h'}}} | safety.rate.failovers: must be 1..20, was 0",
                "{'safety':{'rate':{'failovers':1,'per':'1s'}}} | safety.rate.per: must be 1m..31d",
                "{'safety':{'zone':'Mars/Base'}} | safety.zone: is no time zone: \"Mars/Base\"",
                "{'safety':{'closed':' '}} | safety.closed: must say why nothing is begun",
                "{'safety':{'freeze':[{'from':'22:00','to':'06:00','why':' '}]}} | safety.freeze[0].why: must say why nothing may happen then",
                "{'approvals':{'count':2,'by':['ann']}} | approvals.by: names 1, and 2 must agree: nothing could ever begin",
                "{'safety':{'freeze':[{'from':'00:00','to':'00:00','why':'x'}]}} | safety.freeze: covers the whole week: nothing would ever be begun; write trigger: propose",
                "{'safety':{'freeze':[{'from':'06:00','to':'22:00','why':'x'},{'from':'21:00','to':'07:00','why':'y'}]}} | safety.freeze: covers the whole week: nothing would ever be begun; write trigger: propose",
            })
    void contradictionsAreRefusedAtTheirField(String json, String problem) {
        Check check = Check.root();
        read(json, check);
        assertEquals(List.of(problem), check.problems().stream().map(Object::toString).toList());
    }

    @Test
    void nothingThatIsLostNeedsReplicationWithEachWrite() {
        assertEquals(Optional.of(Duration.ZERO), fine("{'rpo':'0s','replication':'sync'}").rpo());
    }

    @Test
    void anOperatorsWordIsTheWeakestEvidenceThatASingleWriterTakes() {
        assertEquals(FenceLevel.F6, fine("{'writers':'single'}").fence());
        assertEquals(FenceLevel.F0, fine("{}").fence());
        Evidence word = new Evidence.Attested(List.of(), "ann", "seen", Instant.EPOCH);
        Evidence stopped = new Evidence.Demoted(new Uid("c"), 1, 1);
        assertTrue(word.reaches(FenceLevel.F6) && !word.reaches(FenceLevel.F2));
        assertTrue(stopped.reaches(FenceLevel.F5), "who saw the end needs no stronger conclusion");
        assertTrue(new Evidence.NeverActive().reaches(FenceLevel.F5));
        assertFalse(
                new Evidence.All(List.of(stopped, word)).reaches(FenceLevel.F2),
                "as good as the weakest");
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void aPresetStandsForFieldsThatContradictNothing(Preset preset) {
        DrPolicySpec read = fine("{'preset':'" + preset + "'}");
        assertTrue(read.rto().isPresent());
        DrPolicySpec again = fine(Codec.lenient().text(read));
        assertEquals(read, again);
    }

    @Test
    void whatTheDocumentSaysGoesBeforeItsPreset() {
        DrPolicySpec active = fine("{'preset':'active-active','toleration':'10s'}");
        assertEquals(Writers.MANY, active.writers());
        assertEquals(Trigger.AUTOMATIC, active.trigger());
        assertEquals(Duration.ofSeconds(10), active.toleration());
        assertEquals(
                Optional.of(2),
                fine("{'preset':'quorum-of-three'}").safety().orElseThrow().minActive());
        assertEquals(
                Optional.of(2),
                fine("{'preset':'quorum-of-three','safety':{'rate':{'failovers':1,'per':'1h'}}}")
                        .safety()
                        .orElseThrow()
                        .minActive(),
                "a rule beside it takes nothing away");
        Check check = Check.root();
        read("{'preset':'lukewarm'}", check);
        assertEquals("preset", check.problems().getFirst().path());
    }

    /** What was stored before there were levels means what it meant. */
    @Test
    void whereNothingIsSaidAStandbyHasItsObjects() {
        assertEquals(StandbyLevel.PILOT_LIGHT, fine("{'writers':'single'}").level());
        assertEquals(Optional.empty(), fine("{'writers':'single'}").standby());
        DrPolicySpec cold = fine("{'preset':'cold'}");
        assertEquals(StandbyLevel.COLD, cold.level());
        assertTrue(cold.singleWriter() && !cold.reserves());
    }

    @Test
    void aWindowOverMidnightBelongsToTheDayOnWhichItBegins() {
        Safety safety =
                fine("{'safety':{'freeze':[{'from':'22:00','to':'06:00','days':['fri'],'why':'x'},"
                                + "{'from':'05:00','to':'07:00','why':'y'}]}}")
                        .safety()
                        .orElseThrow();
        Instant friday = Instant.parse("2026-11-27T22:00:00Z");
        assertEquals(Optional.empty(), safety.frozenUntil(friday.minusSeconds(1)));
        Optional<Instant> seven = Optional.of(Instant.parse("2026-11-28T07:00:00Z"));
        assertEquals(seven, safety.frozenUntil(friday));
        assertEquals(seven, safety.frozenUntil(friday.plusSeconds(7 * 3_600)));
        assertEquals(Optional.empty(), safety.frozenUntil(friday.plusSeconds(9 * 3_600)));
        assertEquals(Optional.empty(), safety.frozenUntil(friday.plusSeconds(24 * 3_600)));
    }

    /** In Berlin 02:00-03:00 comes twice on 2026-10-25, and not at all on 2026-03-29. */
    @ParameterizedTest
    @CsvSource({
        "22:00, 02:30, 2026-10-24T20:00:00Z, 2026-10-25T01:30:00Z",
        "02:30, 06:00, 2026-10-25T00:30:00Z, 2026-10-25T05:00:00Z",
        "02:10, 02:50, 2026-10-25T00:10:00Z, 2026-10-25T01:50:00Z",
        "22:00, 02:30, 2026-03-28T21:00:00Z, 2026-03-29T01:00:00Z",
        "02:30, 06:00, 2026-03-29T01:00:00Z, 2026-03-29T04:00:00Z",
    })
    void aWindowIsWholeWhereClocksAreChanged(String from, String to, Instant begin, Instant end) {
        Safety safety =
                fine("{'safety':{'zone':'Europe/Berlin','freeze':[{'from':'%s','to':'%s','why':'x'}]}}"
                                .formatted(from, to))
                        .safety()
                        .orElseThrow();
        assertEquals(Optional.empty(), safety.frozenUntil(begin.minusSeconds(1)));
        for (Instant at = begin; at.isBefore(end); at = at.plusSeconds(600)) {
            assertEquals(Optional.of(end), safety.frozenUntil(at), at.toString());
        }
        assertEquals(Optional.empty(), safety.frozenUntil(end));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'preset':'active-active'} | 1 | preset: active-active needs placement.clusters: 2 or more, was 1",
                "{'preset':'quorum-of-three'} | 2 | preset: quorum-of-three needs placement.clusters: 3 or more, was 2",
                "{'preset':'pilot-light'} | 1 | preset: pilot-light needs placement.clusters: 2 or more, was 1",
                "{'preset':'warm'} | 1 | preset: warm needs placement.clusters: 2 or more, was 1",
                "{'standby':'warm','safety':{'minActive':2}} | 2 | safety.minActive: must not be more than are active: 1, was 2",
                "{'preset':'cold'} | 1 | preset: cold needs placement.clusters: 2 or more, was 1",
                "{'writers':'single','standby':'cold'} | 1 | standby: needs placement.clusters: 2 or more, one is active; was 1",
                "{'safety':{'minActive':3}} | 2 | safety.minActive: must not be more than placement.clusters: 2, was 3",
            })
    void aTopologyNeedsItsClusters(String json, int clusters, String problem) {
        Check check = Check.root();
        fine(json).checkOn(clusters, 1, check);
        assertEquals(problem, check.problems().getFirst().toString());
        Check enough = Check.root();
        fine(json).checkOn(3, 3, enough);
        assertEquals(List.of(), enough.problems());
    }

    @Test
    void failbackIsAWordOrSaysAfterWhat() {
        assertEquals(
                new Failback(Failback.By.AUTOMATIC, Failback.AFTER),
                fine("{'failback':'automatic'}").failback().orElseThrow());
        assertEquals(
                new Failback(Failback.By.AUTOMATIC, Duration.ofHours(2)),
                fine("{'failback':{'by':'automatic','after':'2h'}}").failback().orElseThrow());
        Check check = Check.root();
        read("{'failback':{'by':'automatic','after':'1s'}}", check);
        assertEquals("failback.after: must be 1m..168h", check.problems().getFirst().toString());
    }

    @Test
    void detectionHasItsOrder() {
        Check check = Check.root();
        read("{'detect':{'suspect':'50s','down':'40s'}}", check);
        assertEquals("detect.down", check.problems().getFirst().path());
    }
}
