package io.portolan.agent.core;

import io.portolan.agent.direct.DirectAgent;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import io.portolan.model.wire.AgentMessages.Remembered;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Central as the agent's protocol describes it, with faults to switch on. */
final class FakeCentral implements DirectAgent.Central {
    final Map<Uid, Work> works = new TreeMap<>(java.util.Comparator.comparing(Uid::value));
    final Map<Uid, Long> revisions = new HashMap<>();
    final Map<Digest, Content> contents = new HashMap<>();
    final Map<Uid, WorkStatus> statuses = new LinkedHashMap<>();
    final List<Effect.SendReport> reports = new ArrayList<>();
    final List<Uid> quarantined = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    List<String> orphans = List.of();
    Optional<Capacity> capacity = Optional.empty();

    long generation = 7;
    long revision = 0;
    long session;
    long batch;

    /** Whether it grants what fences itself. */
    boolean grants = true;

    boolean down;

    /** What the agent found that was asked for other clusters. */
    List<Probed> found = List.of();

    List<Probed> probed = List.of();
    boolean inline = true;

    /** Not, if it is of an older version. */
    boolean remembers = true;

    /** Refuses reports that name this application at any length, or in full. */
    String poison = "";

    boolean poisonAlsoShort;
    int polls;
    int fullSets;

    /** The next answer calls itself the full set and names nothing. */
    boolean blank;

    /** The next question for a content is answered as of a session that is over. */
    boolean contentRefused;

    void put(Work work, @Nullable Content content) {
        works.put(work.application(), work);
        revisions.put(work.application(), ++revision);
        if (content != null) {
            work.content().ifPresent(d -> contents.put(d, content));
        }
    }

    WorkStatus status(String uid) {
        WorkStatus status = statuses.get(new Uid(uid));
        if (status == null) {
            throw new AssertionError("nothing was reported of " + uid);
        }
        return status;
    }

    static Digest digest(Content content) {
        return Digest.of(Codec.lenient().write(content));
    }

    @Override
    public Optional<Event> answer(Effect effect) {
        if (down) {
            return Optional.empty();
        }
        return switch (effect) {
            case Effect.OpenSession(var id, var hello, _) -> {
                batch = 0;
                yield Optional.of(
                        new Event.Welcomed(
                                id,
                                new Welcome(
                                        ++session,
                                        1,
                                        generation,
                                        5,
                                        quarantined,
                                        hello.cursor() == 0 ? remembered() : List.of())));
            }
            case Effect.Poll poll -> poll(poll);
            case Effect.Fetch(var id, _, _) when contentRefused -> {
                contentRefused = false;
                yield Optional.of(new Event.SessionLost(id));
            }
            case Effect.Fetch(var id, var digest, _) ->
                    Optional.of(
                            contents.containsKey(digest)
                                    ? new Event.ContentArrived(id, contents.get(digest))
                                    : new Event.ContentFailed(id, "404"));
            case Effect.SendReport report -> report(report);
            case Effect.Beat(var id, var of) ->
                    Optional.of(
                            of == session
                                    ? new Event.BeatDone(id, found)
                                    : new Event.SessionLost(id));
            case Effect.AskGrants(var id) -> Optional.of(new Event.GrantsTold(id, grants()));
            default -> throw new AssertionError("not for central: " + effect);
        };
    }

    private Grants grants() {
        List<Grant> granted = new ArrayList<>();
        for (Work work : works.values()) {
            work.grant()
                    .filter(_ -> grants)
                    .ifPresent(
                            g ->
                                    granted.add(
                                            new Grant(
                                                    work.application(),
                                                    work.epoch(),
                                                    g.toMillis())));
        }
        return new Grants(granted, List.of());
    }

    private List<Remembered> remembered() {
        return statuses.values().stream()
                .filter(s -> remembers && !s.pods().isEmpty())
                .filter(s -> works.containsKey(s.application()))
                .map(s -> new Remembered(s.application(), s.pods()))
                .toList();
    }

    private Optional<Event> poll(Effect.Poll poll) {
        if (poll.session() != session) {
            return Optional.of(new Event.SessionLost(poll.id()));
        }
        boolean full =
                poll.cursor() == 0 || poll.cursor() > revision || poll.generation() != generation;
        List<Work> news =
                works.values().stream()
                        .filter(w -> full || revisions.get(w.application()) > poll.cursor())
                        .toList();
        if (!full && news.isEmpty() && poll.waitSeconds() > 0) {
            return Optional.empty();
        }
        polls++;
        fullSets += full ? 1 : 0;
        if (blank) {
            blank = false;
            fullSets++;
            return Optional.of(
                    new Event.SyncArrived(
                            poll.id(),
                            new Sync(
                                    generation,
                                    revision,
                                    true,
                                    List.of(),
                                    WorkSet.of(works.values()).digest(),
                                    Map.of())));
        }
        Map<String, Content> inlined = new HashMap<>();
        if (inline) {
            news.forEach(w -> w.content().ifPresent(d -> inlined.put(d.hex(), contents.get(d))));
        }
        return Optional.of(
                new Event.SyncArrived(
                        poll.id(),
                        new Sync(
                                generation,
                                revision,
                                full,
                                news,
                                WorkSet.of(works.values()).digest(),
                                inlined)));
    }

    private boolean poisons(WorkStatus status) {
        return status.application().value().equals(poison)
                && (poisonAlsoShort || !status.conditions().isEmpty());
    }

    private Optional<Event> report(Effect.SendReport report) {
        if (report.report().session() != session) {
            return Optional.of(new Event.SessionLost(report.id()));
        }
        if (report.report().batch() != batch + 1) {
            return Optional.of(new Event.ReportRejected(report.id(), batch));
        }
        if (report.report().statuses().stream().anyMatch(this::poisons)) {
            return Optional.of(new Event.ReportFailed(report.id(), "422 not a status"));
        }
        batch++;
        reports.add(report);
        report.report().statuses().forEach(s -> statuses.put(s.application(), s));
        report.report()
                .observation()
                .ifPresent(
                        o -> {
                            orphans = o.orphans();
                            capacity = o.capacity();
                            probed = o.probed();
                        });
        report.report().events().forEach(e -> events.add(e.reason() + " " + e.message()));
        return Optional.of(new Event.ReportAcked(report.id(), new ReportAck(batch)));
    }
}
