package io.portolan.central.agentlink;

import com.fasterxml.jackson.databind.util.RawValue;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells an agent what it must do: a delta since its cursor as soon as there is one, or the full set
 * where the cursor says nothing to this store.
 */
final class SyncRoutes {
    private static final int LONGEST_WAIT_SECONDS = 30;

    /** {@link AgentMessages.Sync} with its contents as they are stored. */
    private record Sync(
            long generation,
            long cursor,
            boolean full,
            List<Work> works,
            Digest digest,
            Map<String, RawValue> contents) {}

    private final Store store;
    private final Door door;
    private final WorkBoard board;
    private final Contents contents;
    private final AtomicInteger parked = new AtomicInteger();

    SyncRoutes(Store store, Door door, WorkBoard board, Contents contents) {
        this.store = store;
        this.door = door;
        this.board = board;
        this.contents = contents;
    }

    List<Route> routes() {
        return List.of(
                Route.agent("GET", AgentMessages.WORK, this::sync)
                        .taking("session", "generation", "cursor", "wait"),
                Route.agent("GET", AgentMessages.CONTENT + "{digest}", this::content)
                        .taking("session"));
    }

    int parked() {
        return parked.get();
    }

    private Answer sync(Request request, Principal.Agent agent) throws InterruptedException {
        if (board.ended()) {
            return Door.closing();
        }
        long session = Door.session(request);
        door.session(agent, session);
        long cursor = request.number("cursor", 0, 0, Long.MAX_VALUE);
        long generation = store.generation();
        boolean foreign =
                cursor == 0 || request.number("generation", 0, 0, Long.MAX_VALUE) != generation;
        Uid cluster = agent.cluster();
        if (foreign) {
            // As it is stored: what is missing in a full set is taken for an orphan, and this node
            // may not have heard yet what the agent was given through another.
            WorkFeed.View view = board.reload(cluster).view();
            return answer(generation, view, true, view.plain());
        }
        WorkFeed feed = board.feed(cluster);
        WorkFeed.View view = feed.view();
        if (cursor > view.revision()) {
            // It heard more through another node: catch up. What even the store has not, is of a
            // past that was lost.
            feed = board.reload(cluster);
            view = feed.view();
            if (cursor > view.revision()) {
                return answer(generation, view, true, view.plain());
            }
        }
        Duration wait = Duration.ofSeconds(request.number("wait", 0, 0, LONGEST_WAIT_SECONDS));
        parked.incrementAndGet();
        try {
            view = feed.await(cursor, wait);
        } finally {
            parked.decrementAndGet();
        }
        // The agent may have been replaced, or have died, while this poll was parked.
        door.stillThere(agent, session);
        List<Work> works = view.since(cursor);
        return works.isEmpty() && board.ended()
                ? Door.closing()
                : answer(generation, view, false, works);
    }

    private Answer answer(long generation, WorkFeed.View view, boolean full, List<Work> works) {
        return Answer.ok(
                new Sync(
                        generation,
                        view.revision(),
                        full,
                        works,
                        view.digest(),
                        contents.inline(works)));
    }

    private Answer content(Request request, Principal.Agent agent) {
        door.session(agent, Door.session(request));
        Digest digest = digest(request.path("digest"));
        // Whether it exists elsewhere is none of this agent's business: one answer for both.
        if (!store.mayRead(agent.cluster(), digest)) {
            throw noContent().refusal();
        }
        byte[] bytes = store.content(digest).orElseThrow(() -> noContent().refusal());
        return new Answer.Whole(
                200, Answer.JSON, Map.of("Cache-Control", "private, immutable"), bytes);
    }

    private static Digest digest(String hex) {
        try {
            return new Digest(hex);
        } catch (IllegalArgumentException e) {
            throw noContent().refusal();
        }
    }

    private static Problem noContent() {
        return Problem.notFound("no work of this cluster names such content");
    }
}
