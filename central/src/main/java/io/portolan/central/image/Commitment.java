package io.portolan.central.image;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where an application is by its assignment, and where it may be next.
 *
 * @param kept clusters in which a live operation on a single writer keeps room for all of it: from
 *     when it acts until its commit nobody has the role, and either the target gets it or an abort
 *     gives it back to the sources
 */
public record Commitment(Assignment assignment, Set<Uid> kept) {
    public Commitment {
        kept = Collections.unmodifiableSet(new TreeSet<>(kept));
    }

    /**
     * @param live its operation
     */
    public static Commitment of(Assignment assignment, Optional<Failover> live) {
        return new Commitment(assignment, live.map(Commitment::kept).orElse(Set.of()));
    }

    /** Before it acts its plan is made again, with the room that is there then. */
    private static Set<Uid> kept(Failover operation) {
        Set<Uid> out = new TreeSet<>();
        if (operation.singleWriter() && operation.state().acts()) {
            operation.plan().map(Plan::sources).ifPresent(out::addAll);
            operation.plan().map(Plan::target).ifPresent(out::add);
        }
        return out;
    }

    /** Where it is in doubt which of two stands: what either takes counts. */
    public Commitment or(Commitment other) {
        SequencedMap<Uid, Member> members = new TreeMap<>();
        assignment.members().forEach(m -> members.put(m.cluster(), m));
        for (Member m : other.assignment.members()) {
            members.merge(m.cluster(), m, (a, b) -> a.role() == Role.ACTIVE ? a.with(Map.of()) : b);
        }
        Set<Uid> either = new TreeSet<>(kept);
        either.addAll(other.kept);
        return new Commitment(
                new Assignment(
                        other.assignment.application(),
                        other.assignment.epoch(),
                        List.copyOf(members.values()),
                        other.assignment.decision()),
                either);
    }
}
