package io.portolan.agent;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.grant.GrantDesk;
import io.portolan.agent.link.Answer;
import io.portolan.agent.link.Backoff;
import io.portolan.agent.link.CentralLink;
import io.portolan.agent.link.Pauses;
import io.portolan.agent.link.Prober;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.Credentials;
import io.portolan.model.wire.AgentMessages.Beaten;
import io.portolan.model.wire.AgentMessages.Heartbeat;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Join;
import io.portolan.model.wire.AgentMessages.Joined;
import io.portolan.model.wire.AgentMessages.Welcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Does the effects that central answers, each after the pause that its failures earned. */
final class LinkEffects {
    private static final Logger LOG = Logger.getLogger(LinkEffects.class.getName());
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);

    private static final Duration GRANT_PATIENCE = Duration.ofSeconds(12);

    private final CentralLink link;
    private final GrantDesk desk;
    private final Credentials credentials;
    private final Config config;
    private final Backoff backoff;
    private final Consumer<Credential> welcomed;
    private final Pauses pauses = new Pauses();

    /**
     * @param welcomed told at each welcome who the agent is
     */
    LinkEffects(
            CentralLink link,
            GrantDesk desk,
            Credentials credentials,
            Config config,
            Backoff backoff,
            Consumer<Credential> welcomed) {
        this.link = link;
        this.desk = desk;
        this.credentials = credentials;
        this.config = config;
        this.backoff = backoff;
        this.welcomed = welcomed;
        credentials.credential().ifPresent(c -> link.credential(c.cluster(), c.token()));
    }

    /** Empty for effects that are not requests to central. */
    Optional<Event> perform(Effect effect) throws InterruptedException {
        return switch (effect) {
            case Effect.OpenSession(var id, var hello, var attempt) -> {
                pauses.rest(backoff.before(attempt));
                yield Optional.of(open(id, hello));
            }
            case Effect.Poll(var id, var session, var gen, var cursor, var wait, var attempt) -> {
                pauses.rest(backoff.before(attempt));
                yield Optional.of(
                        switch (link.poll(session, gen, cursor, wait)) {
                            case Answer.Ok(var sync) -> new Event.SyncArrived(id, sync);
                            case Answer.Over(var why) -> over(id, why);
                            case Answer.Behind _ -> new Event.SyncFailed(id, "409");
                            case Answer.Failed(var why, var after) -> {
                                failed("poll", why, after);
                                yield new Event.SyncFailed(id, why);
                            }
                        });
            }
            case Effect.Fetch(var id, var digest, var attempt) -> {
                pauses.rest(backoff.before(attempt));
                yield Optional.of(
                        switch (link.content(digest)) {
                            case Answer.Ok(var content) -> new Event.ContentArrived(id, content);
                            case Answer.Over(var why) -> new Event.ContentFailed(id, why);
                            case Answer.Behind _ -> new Event.ContentFailed(id, "409");
                            case Answer.Failed(var why, var after) -> {
                                failed("content " + digest, why, after);
                                yield new Event.ContentFailed(id, why);
                            }
                        });
            }
            case Effect.SendReport(var id, var report, var attempt) -> {
                pauses.rest(backoff.before(attempt));
                yield Optional.of(
                        switch (link.report(report)) {
                            case Answer.Ok(var ack) -> new Event.ReportAcked(id, ack);
                            case Answer.Over(var why) -> over(id, why);
                            case Answer.Behind(var durable) ->
                                    new Event.ReportRejected(id, durable);
                            case Answer.Failed(var why, var after) -> {
                                failed("report", why, after);
                                yield new Event.ReportFailed(id, why);
                            }
                        });
            }
            case Effect.Beat(var id, var session) -> {
                Answer<Beaten> answer = link.beat(new Heartbeat(session));
                pauses.sign(!(answer instanceof Answer.Failed));
                yield Optional.of(
                        switch (answer) {
                            case Answer.Ok(Beaten(var probes)) ->
                                    new Event.BeatDone(id, Prober.ask(probes));
                            case Answer.Behind _, Answer.Failed _ -> new Event.BeatDone(id);
                            case Answer.Over(var why) -> over(id, why);
                        });
            }
            case Effect.AskGrants(var id) ->
                    Optional.of(
                            switch (desk.ask(false, GRANT_PATIENCE)) {
                                case Answer.Ok(var grants) -> new Event.GrantsTold(id, grants);
                                case Answer.Over _, Answer.Behind _, Answer.Failed _ ->
                                        new Event.GrantsFailed(id);
                            });
            case Effect.Persist _,
                    Effect.Apply _,
                    Effect.Patch _,
                    Effect.Delete _,
                    Effect.Get _,
                    Effect.ListObjects _,
                    Effect.StartWatch _,
                    Effect.StopWatch _,
                    Effect.Discover _,
                    Effect.Measure _,
                    Effect.Wake _ ->
                    Optional.empty();
        };
    }

    /** The first time an agent opens a session it joins before. */
    private Event open(long id, Hello hello) throws InterruptedException {
        Optional<Credential> known = credentials.credential();
        if (known.isEmpty()) {
            switch (link.join(new Join(config.joinToken(), hello.agentVersion()))) {
                case Answer.Ok(var joined) -> known = Optional.of(keep(joined));
                case Answer.Over(var why) -> {
                    LOG.log(
                            Level.SEVERE,
                            "central does not take the join token ({0}): tokens are used once"
                                    + " and expire, make a new one with: portolan join-token",
                            why);
                    return new Event.SessionFailed(id, why);
                }
                case Answer.Behind _ -> {
                    return new Event.SessionFailed(id, "409");
                }
                case Answer.Failed(var why, var after) -> {
                    failed("join", why, after);
                    return new Event.SessionFailed(id, why);
                }
            }
        }
        Credential credential = known.orElseThrow();
        Answer<Welcome> answer = link.hello(hello);
        return switch (answer) {
            case Answer.Ok(var welcome) -> {
                welcomed.accept(credential);
                yield new Event.Welcomed(id, welcome);
            }
            case Answer.Over(var why) -> {
                LOG.log(
                        Level.SEVERE,
                        "central does not know this agent any more ({0}): what runs keeps"
                                + " running. If the cluster was removed from the fleet, uninstall"
                                + " the agent; else empty what keeps its credential and join again",
                        why);
                yield new Event.SessionFailed(id, why);
            }
            case Answer.Behind _ -> new Event.SessionFailed(id, "409");
            case Answer.Failed(var why, var after) -> {
                failed("hello", why, after);
                yield new Event.SessionFailed(id, why);
            }
        };
    }

    private Credential keep(Joined joined) {
        Credential credential =
                new Credential(joined.cluster(), joined.name(), joined.credential());
        credentials.keep(credential);
        link.credential(credential.cluster(), credential.token());
        return credential;
    }

    private static Event over(long id, String why) {
        LOG.log(Level.INFO, "the session is over: {0}", why);
        return new Event.SessionLost(id);
    }

    private static void failed(String what, String why, Duration after)
            throws InterruptedException {
        LOG.log(Level.INFO, "{0} failed: {1}", new Object[] {what, why});
        Thread.sleep(after.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : after);
    }
}
