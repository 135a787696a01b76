package io.portolan.agent.core;

import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Holding;
import java.util.List;

/** What a session begins with: who speaks, and what is here. */
final class Greeting {
    private Greeting() {}

    static Hello of(Desk desk, long generation, long cursor) {
        List<Holding> holdings =
                desk.applications.values().stream().map(Greeting::holding).toList();
        return new Hello(
                AgentMessages.PROTOCOL,
                AgentMessages.PROTOCOL,
                desk.settings.version(),
                generation,
                cursor,
                holdings);
    }

    private static Holding holding(Application application) {
        Work w = application.work;
        return new Holding(
                w.application(), w.tenant(), w.name(), w.sequence(), w.epoch(), w.role());
    }
}
