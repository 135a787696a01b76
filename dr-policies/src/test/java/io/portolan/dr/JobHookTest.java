package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover.Request;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operations whose hooks are Kubernetes Jobs: what is ordered, when, and what its end means. */
class JobHookTest {
    private static final String PROMOTE =
            ",'hooks':{'promote':{'job':{'image':'db-tools:3'},'timeout':'2m','retries':1}}";
    private static final String WITHDRAW =
            ",'hooks':{'withdrawTraffic':{'job':{'image':'dns-tools:1'},'timeout':'1m'}}";

    private static World world(String policy) {
        World world = World.of(true, "paris eu-west active", "berlin eu-central standby");
        world.policy = policy;
        return world;
    }

    private static List<JobOrder> orders(World world) {
        return Hooking.jobs(world.view());
    }

    private static JobOrder order(World world) {
        assertEquals(1, orders(world).size(), () -> orders(world) + " of " + world.operation);
        return orders(world).getFirst();
    }

    private static HookRun run(World world) {
        assertEquals(1, world.operation.hooks().size(), world.operation::toString);
        return world.operation.hooks().getFirst();
    }

    /** The Job ended, central is told, and what follows from it happens. */
    private static void end(World world, JobOrder order, boolean succeeded, String output) {
        world.answers.add(
                new HookAnswer(
                        world.operation.uid(),
                        order.key(),
                        order.attempt(),
                        succeeded,
                        output,
                        Optional.empty(),
                        Optional.empty()));
        world.settle();
        world.answers.clear();
        world.everybody();
    }

    @Test
    void aJobIsOrderedWhereItsPointActsAndItsEndIsTaken() {
        World world = world(PROMOTE).request("berlin").everybody();
        assertEquals(State.PROMOTING, world.operation.state());
        assertEquals(List.of(), world.asked, "nobody is called");
        JobOrder order = order(world);
        assertTrue(order.awaited());
        assertEquals(world.node("berlin").uid, order.where().cluster());
        assertEquals("db-tools:3", order.job().image());
        assertEquals(world.assignment.epoch(), order.about().epoch());
        assertEquals("op-1/promote/1", order.key());
        assertTrue(
                world.operation.waitingFor().contains("job " + order.where().name() + " in berlin"),
                world.operation::waitingFor);

        end(world, order, true, "promoted at 0/3000060");
        assertEquals(State.COMPLETED, world.operation.state());
        assertEquals("promoted at 0/3000060", run(world).output());
        assertEquals(List.of(), orders(world), "nothing of it is left behind the end");
    }

    @Test
    void whoLeadsAfterACrashOrdersTheSame() {
        World world = world(PROMOTE).request("berlin").everybody();
        JobOrder before = order(world);
        world.pass(Duration.ofSeconds(90)).everybody();
        assertEquals(before, order(world));
    }

    @Test
    void whatItWaitsForIsSaid() {
        World world = world(PROMOTE).request("berlin").everybody();
        world.jobs.add(
                new FailoverView.JobSeen(
                        order(world).key(), 1, "Pod x: the image cannot be pulled"));
        world.everybody();
        assertTrue(
                world.operation.waitingFor().endsWith("Z: Pod x: the image cannot be pulled"),
                world.operation::waitingFor);
    }

    @Test
    void eachAttemptHasAJobOfItsOwnUnderOneKeyAndThenSomebodyHasToDecide() {
        World world = world(PROMOTE).request("berlin").everybody();
        JobOrder first = order(world);
        end(world, first, false, "exit code 1: no replica");
        assertEquals(false, order(world).awaited(), "it stays to be read");
        world.pass(Duration.ofSeconds(5)).everybody();
        JobOrder second = order(world);
        assertTrue(second.awaited());
        assertEquals(first.key(), second.key());
        assertEquals(2, second.attempt());
        assertNotEquals(first.where().name(), second.where().name());
        end(world, second, false, "exit code 1: no replica");
        assertTrue(world.operation.paused().isPresent(), "retries are used up");
        assertTrue(
                world.operation.waitingFor().contains("no replica"), world.operation::waitingFor);

        world.say(Control.Kind.RETRY).everybody();
        JobOrder third = order(world);
        assertEquals(first.key(), third.key());
        assertEquals(3, third.attempt());
        end(world, third, true, "");
        assertEquals(State.COMPLETED, world.operation.state());
    }

    @Test
    void anEndThatNobodyToldOfInTimeIsAFailure() {
        World world = world(PROMOTE).request("berlin").everybody();
        world.pass(Duration.ofMinutes(2)).everybody();
        assertEquals(Phase.RUNNING, run(world).phase(), "its word is on its way");
        world.pass(HookStep.DELIVERY).everybody();
        assertEquals(Phase.RETRYING, run(world).phase());
        assertTrue(run(world).output().contains("not told within 2m30s"), run(world)::output);
        JobOrder left = order(world);
        assertEquals(false, left.awaited());

        world.pass(Duration.ofSeconds(5)).everybody();
        end(world, left, true, "late");
        assertEquals(Phase.RUNNING, run(world).phase(), "the end of another attempt");
        assertEquals(2, run(world).attempt());
    }

    @Test
    void aSilentSourceHoldsAFailoverForOneAttemptAndNoLonger() {
        World world = world(WITHDRAW);
        world.cut("paris");
        world.request("berlin").everybody();
        assertEquals(State.WITHDRAWING_TRAFFIC, world.operation.state());
        assertEquals(world.node("paris").uid, order(world).where().cluster());
        world.pass(Duration.ofMinutes(1).plus(HookStep.DELIVERY)).everybody();
        assertEquals(Phase.FAILED, run(world).phase(), "three more would wait for nothing");
        assertTrue(world.operation.paused().isPresent());
        assertTrue(
                world.operation.waitingFor().contains("paris is unreachable"),
                world.operation::waitingFor);

        world.say(Control.Kind.SKIP).everybody();
        assertEquals(State.FENCING, world.operation.state());
    }

    @Test
    void whatIsPassedOverIsNotOrderedAnyMore() {
        World world = world(PROMOTE.replace("promote", "reprotect")).request("berlin").everybody();
        order(world);
        world.say(Control.Kind.PAUSE).everybody();
        assertTrue(order(world).awaited(), "a pause stops nothing that acts");
        world.say(Control.Kind.SKIP).everybody();
        assertEquals(State.COMPLETED, world.operation.state());
        assertEquals(List.of(), orders(world));
    }

    @Test
    void eachClusterThatIsLeftHasItsJob() {
        World world =
                World.of(
                        false,
                        "paris eu-west active",
                        "rome eu-south active",
                        "berlin eu-central standby");
        world.policy = ",'hooks':{'cleanSource':{'job':{'image':'rm:1'}}}";
        world.request(new Request("berlin", List.of("paris", "rome"), "off", "user:ann", true))
                .everybody();
        assertEquals(State.CLEANING_SOURCE, world.operation.state());
        List<JobOrder> orders = orders(world);
        assertEquals(
                List.of("paris", "rome"),
                orders.stream().map(o -> o.where().clusterName()).sorted().toList());
        assertNotEquals(orders.getFirst().key(), orders.getLast().key());
        end(world, orders.getFirst(), true, "");
        assertEquals(State.CLEANING_SOURCE, world.operation.state(), "one is not all");
        end(world, orders.getLast(), true, "");
        assertEquals(State.COMPLETED, world.operation.state());
    }

    @Test
    void aPolicyThatHasItDoneInAnotherWayByNowBeginsTheNextAttempt() {
        World world = world(PROMOTE).request("berlin").everybody();
        JobOrder job = order(world);
        world.policy = ",'hooks':{'promote':{'http':{'url':'https://db.example.com/promote'}}}";
        world.everybody();
        assertEquals(List.of(), orders(world));
        HookCall call = world.asked.getFirst();
        assertEquals(job.key(), call.key());
        assertEquals(2, call.attempt());
        world.policy = PROMOTE;
        world.everybody();
        assertEquals(3, order(world).attempt());
    }

    @Test
    void theNameOfAJobFitsIntoALabel() {
        String name = HookStep.jobName("a".repeat(63), HookPoint.WITHDRAW_TRAFFIC, "k", 10);
        assertEquals(63, name.length());
        assertTrue(name.matches("a+-withdrawtraffic-[0-9a-f]{10}"), name);
    }

    @Test
    void whatIsExpectedNamesTheJobsAndThoseThatNobodyWillMake() {
        World world = world(WITHDRAW);
        world.cut("paris");
        world.request("berlin");
        world.move();
        var outlook = Expectation.of(world.view(), List.of());
        assertTrue(
                outlook.steps().stream()
                        .anyMatch(
                                s ->
                                        s.waitsFor()
                                                .equals(
                                                        "the hook withdrawTraffic, a job in paris")),
                outlook::toString);
        assertTrue(
                outlook.risks().stream()
                        .anyMatch(
                                r ->
                                        r.contains("withdrawTraffic is a job there")
                                                && r.contains("1m30s")),
                outlook::toString);
        assertEquals(
                HookJob.Side.SOURCE,
                ((HookJob) world.view().policy().hooks().get(HookPoint.WITHDRAW_TRAFFIC).act())
                        .side(HookPoint.WITHDRAW_TRAFFIC));
    }

    @Test
    void whatIsExpectedOfThePromotionNamesWhatActsBesideTheAgent() {
        World world = world(",'hooks':{'promote':{'job':{'image':'db-tools:3'}}}");
        world.request("berlin");
        world.move();
        var outlook = Expectation.of(world.view(), List.of());
        assertEquals(
                List.of(
                        "berlin to apply the order to run it, and the hook promote, a job in berlin"),
                outlook.steps().stream()
                        .filter(s -> s.state() == State.PROMOTING)
                        .map(s -> s.waitsFor())
                        .toList());
    }
}
