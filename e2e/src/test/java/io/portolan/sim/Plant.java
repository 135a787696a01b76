package io.portolan.sim;

import static io.portolan.sim.Troubles.Kind.ABORT;
import static io.portolan.sim.Troubles.Kind.AGENT_CRASH;
import static io.portolan.sim.Troubles.Kind.AGENT_CUT;
import static io.portolan.sim.Troubles.Kind.AGENT_DISK;
import static io.portolan.sim.Troubles.Kind.CENTRAL_CRASH;
import static io.portolan.sim.Troubles.Kind.CENTRAL_OUTAGE;
import static io.portolan.sim.Troubles.Kind.CENTRAL_USURPED;
import static io.portolan.sim.Troubles.Kind.CLOCK_SET;
import static io.portolan.sim.Troubles.Kind.EDIT;
import static io.portolan.sim.Troubles.Kind.NODE_LOSS;
import static io.portolan.sim.Troubles.Kind.OBJECT_DELETED;
import static io.portolan.sim.Troubles.Kind.RECREATE;
import static io.portolan.sim.Troubles.Kind.SITE_FORGOTTEN;
import static io.portolan.sim.Troubles.Kind.SITE_LOSS;
import static io.portolan.sim.Troubles.Kind.WRITERS;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A fault that is planted, to show that the invariant which must find it can fail. */
enum Plant {
    NONE(null),

    // What an agent does wrong.

    /** Whoever is told to stop claims at once that it did. */
    LYING_AGENT(Invariant.PROOF),
    /** An agent takes every pod that goes away for one that has ended. */
    FORGETFUL_AGENT(Invariant.PROOF),
    /** The same, of applications with many writers only. Shows where several strikes meet. */
    FORGETFUL_OF_MANY(Invariant.PROOF, Duration.ofMinutes(15), WRITERS),
    /** An agent takes a write whose answer was lost for one that was refused. */
    LOST_WRITE_REFUSED(Invariant.PROOF, OBJECT_DELETED, RECREATE),
    /** An agent waits by a wall clock, which somebody sets. */
    WALL_CLOCK(Invariant.PROOF, CLOCK_SET, OBJECT_DELETED, RECREATE),
    /** An agent that takes up again what it was told in an older epoch. */
    STALE_EPOCHS(Invariant.STALE_EPOCH),
    /** An agent that takes up again an older order of the same epoch. */
    STALE_ORDERS(Invariant.REPEATED, EDIT),
    /** An agent for which absence from a full set is a deletion. */
    ABSENCE_DELETES(Invariant.ABSENCE),
    /** An agent stops everything when central does not answer for a while. */
    OUTAGE_STOPS(Invariant.OUTAGE, CENTRAL_OUTAGE),
    /** An agent acts before what it acts on is durable. */
    ACTS_UNSAVED(Invariant.RETURN, AGENT_CRASH),
    /** An agent that runs all where it is to run one pod of each workload. */
    STANDBY_TAKEN_FOR_ACTIVE(Invariant.RETURN, EDIT),
    /** An agent that goes on as before where it is to be quarantined. */
    QUARANTINE_FORGOTTEN(Invariant.ONE_WRITER, Duration.ofMinutes(6), SITE_LOSS),

    // What is wrong between central and an agent.

    /** A returned agent is welcomed before it is told what to stop. */
    WELCOME_BEFORE_QUARANTINE(Invariant.RETURN, AGENT_CRASH, SITE_LOSS, OBJECT_DELETED),
    /** Central tells an agent that lost its disk nothing of the pods that it had reported. */
    FORGETFUL_CENTRAL(Invariant.PROOF, Duration.ofMinutes(15), AGENT_DISK),
    /** Central does not hear what a cluster has that it did not ask for. */
    LEFTOVERS_UNSEEN(Invariant.ONE_WRITER, SITE_FORGOTTEN),
    /** A guard counts its grant from when the answer came. */
    GRANT_FROM_RECEIPT(Invariant.ONE_WRITER, AGENT_CUT),
    /** A report that comes twice is applied twice, also after newer ones. */
    REPORTS_REPEATED(Invariant.REPEATED, EDIT),

    // What central decides or stores wrongly.

    /** Central promotes as soon as it wants proof. */
    FENCE_SKIPPED(Invariant.PROOF),
    /** Central promotes on proof and does not store it. */
    PROOF_NOT_STORED(Invariant.PROOF),
    /** An attestation counts although its cluster was heard since. */
    ATTESTATION_KEPT(Invariant.PROOF, Duration.ofMinutes(6), SITE_LOSS),
    /** An abort after the commit gives the role back. */
    ABORT_AFTER_COMMIT(Invariant.PROOF, ABORT),
    /** The active cluster changes and the epoch does not. */
    EPOCH_KEPT(Invariant.EPOCHS),
    /** An operation says that it is done with what a crash then prevents. */
    RESULT_BEFORE_ACT(Invariant.SAME_END, CENTRAL_CRASH),
    /** The store lets two operations on one application live. */
    TWO_OPERATIONS(Invariant.ONE_OPERATION),
    /** Central forgets operations that verify. */
    STUCK_OPERATION(Invariant.STUCK),
    /** Central waits without a deadline. */
    NO_DEADLINE(Invariant.STUCK),
    /** An approval counts that nobody gave. */
    APPROVAL_FORGED(Invariant.APPROVED),
    /** A lag that is not known is taken for none. */
    LAG_UNKNOWN_IS_ZERO(Invariant.LAG_GATE),
    /** A new leader goes on with the wait for grants where another was. */
    WAIT_NOT_ANEW(Invariant.ONE_WRITER, CENTRAL_USURPED),
    /** Central does not keep when it failed over by itself last. */
    COOLDOWN_FORGOTTEN(Invariant.RESTRAINT, SITE_LOSS),
    /** Central takes all but one silent cluster for living. */
    BRAKE_OFF(Invariant.RESTRAINT, SITE_LOSS),
    /** Central orders every standby that runs something to run all. */
    STANDBYS_RUN_ALL(Invariant.SAME_END, EDIT),
    /** Central keeps no room for failovers. */
    RESERVATION_FORGOTTEN(Invariant.ROOM, RECREATE, EDIT),
    /** Central decides on without what it has just decided. */
    DECISION_FORGOTTEN(Invariant.ROOM, RECREATE, EDIT),
    /** The report tells a better RTO than was reached. */
    RTO_FLATTERED(Invariant.RECOMPUTED),

    /** Central does not notice that its database was restored. */
    GENERATION_KEPT(Invariant.EPOCHS, Duration.ofMinutes(6)),

    // What people do wrong.

    /** The user swears that a silent source runs nothing, without looking. */
    FALSE_ATTESTATION(Invariant.ONE_WRITER);

    private final @Nullable Invariant breaks;
    private final Duration span;
    private final Set<Troubles.Kind> kinds;

    Plant(@Nullable Invariant breaks, Troubles.Kind... kinds) {
        this(breaks, Duration.ofMinutes(3), kinds);
    }

    /**
     * @param span how long a life has to be for it to show
     * @param kinds what brings it to light, beside what always happens
     */
    Plant(@Nullable Invariant breaks, Duration span, Troubles.Kind... kinds) {
        this.breaks = breaks;
        this.span = span;
        this.kinds = EnumSet.of(AGENT_CUT, NODE_LOSS);
        this.kinds.addAll(Set.of(kinds));
    }

    /** All but none. */
    static List<Plant> faults() {
        return Stream.of(values()).filter(p -> p != NONE).toList();
    }

    /** Whether it is this plant's invariant that was found broken. */
    boolean foundBy(Violation violation) {
        return violation.invariant() == breaks;
    }

    /** How likely each answer is lost. */
    double loss() {
        return this == LOST_WRITE_REFUSED || this == WALL_CLOCK ? 0.2 : 0.03;
    }

    /** Whether it shows where the writer fences itself only. */
    boolean guarded() {
        return this == GRANT_FROM_RECEIPT || this == WAIT_NOT_ANEW;
    }

    /** Whether it shows where the writer's moves are approved and its data are asked for only. */
    boolean gated() {
        return this == ATTESTATION_KEPT || this == APPROVAL_FORGED || this == LAG_UNKNOWN_IS_ZERO;
    }

    /** Whether it shows where there is too little room only. */
    boolean roomy() {
        return this == RESERVATION_FORGOTTEN || this == DECISION_FORGOTTEN;
    }

    /** Whether it shows where standbys run something only. */
    boolean standing() {
        return this == STANDBY_TAKEN_FOR_ACTIVE || this == STANDBYS_RUN_ALL;
    }

    /** Whether it shows where central's database is restored only. */
    boolean restores() {
        return this == GENERATION_KEPT;
    }

    /** How long the machines of a site stay dark when its agent is heard again. */
    Duration powerAfter() {
        return Duration.ofSeconds(this == ATTESTATION_KEPT ? 90 : 15);
    }

    Duration span() {
        return span;
    }

    Set<Troubles.Kind> kinds() {
        return this == NONE ? EnumSet.allOf(Troubles.Kind.class) : EnumSet.copyOf(kinds);
    }
}
