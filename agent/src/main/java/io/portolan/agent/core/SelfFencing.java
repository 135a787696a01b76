package io.portolan.agent.core;

import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * The agent's own part of fence F3, best effort beside the guards in the pods, which alone are
 * evidence: shortly before the last grant ends it scales to zero what fences itself, and keeps it
 * so until central grants again. Before its first welcome an agent writes nothing of it (invariant
 * 15).
 */
final class SelfFencing {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int PART = 5;

    private final Desk desk;
    private final Session session;
    private long asking;
    private Instant askedAt = Instant.MIN;

    SelfFencing(Desk desk, Session session) {
        this.desk = desk;
        this.session = session;
    }

    /** Central has welcomed the agent: what fences itself may be written. */
    void welcomed() {
        desk.welcomed = true;
        desk.applications.values().stream()
                .filter(a -> a.work.grant().isPresent())
                .forEach(desk::touch);
    }

    /** A work was taken up. */
    void follow(Application application) {
        Optional<Duration> grant = application.work.grant();
        if (grant.isEmpty()) {
            application.grantedAt = Instant.MIN;
            application.down = false;
        } else if (application.grantedAt.equals(Instant.MIN)) {
            application.grantedAt = desk.now;
        }
        grant.ifPresent(this::again);
    }

    private void again(Duration grant) {
        Duration part = grant.dividedBy(PART);
        Duration pause = part.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : part;
        desk.agenda.put(new Agenda.Due.Grants(), desk.now.plus(pause));
    }

    /** Asks again, and stops what was not granted for too long. */
    void due() {
        for (Application application : desk.applications.values()) {
            if (!application.down && over(application)) {
                down(application, true);
                desk.tell(
                        application,
                        "SelfFenced",
                        "central has not granted it for so long that it ends: it is scaled to zero"
                                + " until central grants it again");
            }
        }
        if (session.open() && asking == 0) {
            askedAt = desk.now;
            asking = desk.ask(Effect.AskGrants::new);
        }
        desk.applications.values().stream()
                .flatMap(a -> a.work.grant().stream())
                .min(Comparator.naturalOrder())
                .ifPresent(this::again);
    }

    private boolean over(Application application) {
        return application
                .work
                .grant()
                .map(g -> application.grantedAt.plus(g.minus(g.dividedBy(PART))))
                .filter(until -> !until.isAfter(desk.now))
                .isPresent();
    }

    void told(long effect, Grants grants) {
        if (effect != asking) {
            return;
        }
        asking = 0;
        for (Grant granted : grants.granted()) {
            Application application = desk.applications.get(granted.application());
            if (application != null
                    && application.work.grant().isPresent()
                    && application.work.epoch() == granted.epoch()) {
                application.grantedAt = askedAt;
                if (application.down) {
                    down(application, false);
                }
            }
        }
    }

    void failed(long effect) {
        if (effect == asking) {
            asking = 0;
        }
    }

    private void down(Application application, boolean down) {
        application.down = down;
        session.enforce(application);
    }
}
