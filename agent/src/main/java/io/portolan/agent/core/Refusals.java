package io.portolan.agent.core;

import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import io.portolan.model.wire.AgentMessages.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * What to do with a report that central will never take. It is sent in halves until the part that
 * is refused stands alone; a status is then told in its shortest form, anything else is dropped and
 * named. No later report waits for it.
 */
final class Refusals {
    private static final Logger LOG = Logger.getLogger(Refusals.class.getName());
    private static final Pattern REFUSED = Pattern.compile("(HTTP )?(400|413|422)\\b.*");
    private static final Pattern BROKEN = Pattern.compile("(HTTP )?500\\b.*");

    /** A central that answers 500 may be ill for a while; then it is this report. */
    private static final int ILLNESS = 3;

    private static final String SHORT = "central refuses its full status: ";

    private Refusals() {}

    /** A report without its place in the row of batches. */
    record Part(
            List<WorkStatus> statuses, Optional<Observation> observation, List<AgentEvent> events) {
        Report report(long session, long batch) {
            return new Report(session, batch, statuses, observation, events);
        }
    }

    /** Whether sending the same again cannot help. */
    static boolean poisonous(String why, int failures) {
        return REFUSED.matcher(why).matches()
                || (BROKEN.matcher(why).matches() && failures >= ILLNESS);
    }

    /** What to send instead, in this order. */
    static List<Part> split(Report refused, String why) {
        List<WorkStatus> statuses = refused.statuses();
        List<AgentEvent> events = refused.events();
        int things = statuses.size() + events.size() + (refused.observation().isPresent() ? 1 : 0);
        List<Part> parts = new ArrayList<>();
        if (things > 1) {
            for (List<WorkStatus> half : halves(statuses)) {
                parts.add(new Part(half, Optional.empty(), List.of()));
            }
            refused.observation()
                    .ifPresent(o -> parts.add(new Part(List.of(), Optional.of(o), List.of())));
            for (List<AgentEvent> half : halves(events)) {
                parts.add(new Part(List.of(), Optional.empty(), half));
            }
        } else if (!statuses.isEmpty() && !statuses.getFirst().message().startsWith(SHORT)) {
            parts.add(
                    new Part(
                            List.of(shortened(statuses.getFirst(), why)),
                            Optional.empty(),
                            List.of()));
        } else {
            LOG.log(
                    Level.SEVERE,
                    "central refuses to be told ({0}), so it is not told: {1}{2}{3}",
                    new Object[] {why, statuses, refused.observation(), events});
        }
        return parts;
    }

    private static <T> List<List<T>> halves(List<T> all) {
        int middle = (all.size() + 1) / 2;
        List<List<T>> halves = new ArrayList<>();
        if (middle > 0) {
            halves.add(all.subList(0, middle));
        }
        if (middle < all.size()) {
            halves.add(all.subList(middle, all.size()));
        }
        return halves;
    }

    /** What a failover needs of it, and that the rest was refused. */
    private static WorkStatus shortened(WorkStatus s, String why) {
        LOG.log(
                Level.SEVERE,
                "central refuses the status of application {0}: {1}",
                new Object[] {s.application(), why});
        return new WorkStatus(
                s.application(),
                s.cluster(),
                s.role(),
                s.generation(),
                s.epoch(),
                s.sequence(),
                s.appliedSequence(),
                s.removed(),
                s.health(),
                SHORT + why,
                s.inventory(),
                s.readyReplicas(),
                s.desiredReplicas(),
                List.of(),
                List.of(),
                s.demotion(),
                s.pods(),
                s.guarded(),
                s.outcome());
    }
}
