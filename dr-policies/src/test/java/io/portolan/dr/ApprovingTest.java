package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Role;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Others have to agree where the policy says so, and nothing gets past them. */
class ApprovingTest {
    private static World world(boolean singleWriter, String approvals) {
        World w = World.of(singleWriter, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'approvals':" + approvals;
        return w;
    }

    private static Failover.Request asked(boolean planned) {
        return new Failover.Request("berlin", List.of(), "fire", "ann", planned);
    }

    @Test
    void waitsForAsManyOthersAsThePolicyAsksFor() {
        World w = world(true, "{'count':2}").request(asked(false)).everybody();
        assertEquals(State.APPROVAL, w.operation.state());
        assertEquals(
                "2 of 2 approvals of this failover, by others than ann", w.operation.waitingFor());
        assertTrue(
                w.operation.next().startsWith("portolan approve shop/checkout-1"),
                w.operation.next());
        w.approve("ann").approve("bob").approve("bob").everybody();
        assertEquals(
                "1 of 2 approvals of this failover, by others than ann; approved by bob",
                w.operation.waitingFor());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(1, w.assignment.epoch());
        w.approve("carol").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void whatNobodyApprovesInTimeIsRefused() {
        World w = world(true, "{'expires':'10m'}").request(asked(false)).everybody();
        w.pass(Duration.ofMinutes(10)).everybody();
        assertEquals(State.REFUSED, w.operation.state());
        assertEquals(
                "it was not approved in time: it lacked 1 of 1 approvals of this failover, by others"
                        + " than ann",
                w.operation.steps().getLast().detail());
        assertEquals(Role.ACTIVE, w.role("paris"));
    }

    @Test
    void holdsForTheKindsThatItNames() {
        World w = world(false, "{'for':['relocate']}").request(asked(false)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        World planned = world(false, "{'for':['relocate']}").request(asked(true)).everybody();
        assertEquals(State.APPROVAL, planned.operation.state());
    }

    @Test
    void centralsOwnFailoverWaitsAsWell() {
        World w = world(false, "{}");
        w.cut("paris")
                .request(
                        new Failover.Request(
                                "berlin", List.of(), "silent", Failover.Request.BY_POLICY))
                .everybody();
        assertEquals(State.APPROVAL, w.operation.state());
        w.approve("ann").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void anEscalationIsAnotherOperationThanTheOneThatWasAgreedTo() {
        World w = world(true, "{}").request(asked(true)).everybody().approve("bob").settle();
        assertEquals(State.REVOKING, w.operation.state());
        w.cut("paris").everybody().say(Control.Kind.ESCALATE).settle().attest().settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "1 of 1 approvals of this failover, by others than ann", w.operation.waitingFor());
        w.approve("bob").settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    /** Who makes a failover of it asks for a failover. */
    @Test
    void whoEscalatesCannotAgreeToThat() {
        World w = world(true, "{'for':['failover']}").request(asked(true)).settle();
        w.cut("paris").everybody();
        w.operation =
                assertInstanceOf(
                                Controls.Answer.Said.class,
                                Controls.say(
                                        w.operation, Control.Kind.ESCALATE, "bob", "dark", w.now))
                        .operation();
        w.attest().settle();
        assertEquals(
                new Controls.Answer.Not("bob made a failover of checkout-1: others have to agree"),
                Controls.approve(w.operation, "bob", "", w.now));
        w.approve("bob").settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "1 of 1 approvals of this failover, by others than ann and bob",
                w.operation.waitingFor());
        w.approve("carol").settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    @Test
    void whereThePolicyNamesUsersNobodyElseCounts() {
        World w = world(true, "{'count':2,'by':['ann','bob','carol']}").request(asked(false));
        w.everybody();
        assertEquals(
                "2 of 2 approvals of this failover, by others than ann, of bob, carol",
                w.operation.waitingFor());
        assertEquals(
                new Controls.Answer.Not(
                        "dave may not agree to checkout-1: its policy names ann, bob, carol"),
                Controls.approve(w.operation, "dave", "", w.now));
        w.approve("dave").approve("bob").everybody();
        assertEquals(State.APPROVAL, w.operation.state());
        assertTrue(
                w.operation.waitingFor().endsWith("; approved by bob"), w.operation.waitingFor());
        w.approve("carol").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void whoIsNamedOnlyMeanwhileDoesNotCountNorWhoIsNotAnyMore() {
        World w = world(true, "{'count':1,'by':['bob','carol']}").request(asked(false)).everybody();
        w.policy = ",'approvals':{'count':1,'by':['carol','dave']}";
        w.approve("dave").approve("bob").everybody();
        assertEquals(
                "1 of 1 approvals of this failover, by others than ann, of carol",
                w.operation.waitingFor());
        w.policy = ",'approvals':{'count':1,'by':['dave']}";
        w.everybody();
        assertEquals(
                "1 of 1 approvals of this failover, by others than ann, and its policy names nobody"
                        + " else",
                w.operation.waitingFor());
        w.policy = "";
        w.approve("carol").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    /** What is read right after somebody agreed asks nobody to agree. */
    @Test
    void anApprovalLeavesTheRestToTheExecutor() {
        World w = world(true, "{}").request(asked(false)).everybody();
        w.approve("bob");
        assertEquals("the executor", w.operation.waitingFor());
        assertEquals("", w.operation.next());
        World paused = world(true, "{}").request(asked(false)).everybody();
        paused.say(Control.Kind.PAUSE).approve("bob");
        assertTrue(paused.operation.waitingFor().startsWith("somebody's word"));
    }

    @Test
    void aPolicyThatIsLoosenedMeanwhileLoosensNothing() {
        World w = world(true, "{'count':2}").request(asked(false)).everybody();
        w.policy = "";
        w.approve("bob").everybody();
        assertEquals(State.APPROVAL, w.operation.state());
        w.approve("carol").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void whatAPolicyAsksForOnlyMeanwhileCanBeGiven() {
        World w = world(true, "{'count':0}").cut("paris").request(asked(false)).everybody();
        assertEquals(State.FENCING, w.operation.state());
        w.policy = ",'approvals':{'count':1}";
        w.attest().settle();
        assertEquals(
                "1 of 1 approvals of this failover, by others than ann", w.operation.waitingFor());
        Controls.Answer.Said said =
                assertInstanceOf(
                        Controls.Answer.Said.class,
                        Controls.approve(w.operation, "bob", "", w.now));
        w.operation = said.operation();
        w.settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    @Test
    void anEscalationAtTheGateOfManyWritersIsAgreedToAsWell() {
        World w = world(false, "{'for':['failover']}");
        w.ports.put(HookPoint.DATA_GATE, new StepPort.NotBegun());
        w.request(asked(true)).everybody();
        assertEquals(State.DATA_GATE, w.operation.state());
        w.say(Control.Kind.ESCALATE).ports.put(HookPoint.DATA_GATE, new StepPort.Succeeded(""));
        w.everybody();
        assertEquals(State.DATA_GATE, w.operation.state());
        assertEquals(
                "1 of 1 approvals of this failover, by others than ann", w.operation.waitingFor());
        w.approve("bob").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void anEscalationAsksForTheApprovalsOfAFailoverAndNotOfTheMoveThatItWas() {
        World w = world(true, "{'for':['relocate'],'count':2}").request(asked(true)).everybody();
        w.approve("bob").approve("carol").settle();
        w.cut("paris").everybody().say(Control.Kind.ESCALATE).settle().attest().settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }
}
