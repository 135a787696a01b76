package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.wire.AgentMessages;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is asked of the clusters that do not have the active role, and what is told of it. An agent
 * that does not know of levels is asked for none, and holds the objects.
 */
final class StandbyLevels {
    static final String READY = "StandbyReady";

    private StandbyLevels() {}

    /**
     * What a member is asked to have ready; empty: its objects, of which nothing runs. One that
     * placement did not choose is one too many, and stays for what it may have of the time before.
     */
    static Optional<StandbyLevel> asked(
            FleetImage image,
            DrPolicySpec policy,
            boolean singleWriter,
            Assignment assignment,
            Member member) {
        return Optional.of(policy.level())
                .filter(_ -> !prepares(image, assignment.application(), member.cluster()))
                .filter(
                        level ->
                                switch (level) {
                                    case PILOT_LIGHT -> false;
                                    case COLD -> member.role() != Role.ACTIVE;
                                    case WARM, HOT ->
                                            member.role() == Role.STANDBY
                                                    && chosen(assignment, member)
                                                    && !singleWriter;
                                })
                .filter(_ -> known(image, member.cluster()));
    }

    /** Whether a planned move goes there, and has it make its objects before anything stops. */
    private static boolean prepares(FleetImage image, Uid application, Uid cluster) {
        return image.operationOn(application)
                .map(Held::value)
                .filter(o -> o.planned() && o.singleWriter())
                .filter(o -> o.state().acts())
                .flatMap(Failover::plan)
                .filter(plan -> plan.target().equals(cluster))
                .isPresent();
    }

    private static boolean chosen(Assignment assignment, Member member) {
        return assignment.decision().chosen().contains(member.cluster());
    }

    /** Whether its agent knows of levels. */
    static boolean known(FleetImage image, Uid cluster) {
        return image.observation(cluster)
                .filter(o -> o.value().abilities().contains(AgentMessages.STANDS_BY))
                .isPresent();
    }

    /** Of a policy that says what its standbys have ready. */
    static Optional<Condition> condition(
            FleetImage image, DrPolicySpec policy, Assignment assignment, Instant now) {
        List<Member> standing =
                assignment.members().stream()
                        .filter(m -> m.role() == Role.STANDBY && !m.leaving())
                        .filter(m -> chosen(assignment, m))
                        .toList();
        if (policy.standby().isEmpty()) {
            return Optional.empty();
        }
        if (standing.isEmpty()) {
            return Optional.of(condition(Truth.FALSE, "NoStandby", "no cluster stands by", now));
        }
        List<Member> old =
                policy.level() == StandbyLevel.PILOT_LIGHT
                        ? List.of()
                        : standing.stream().filter(m -> !known(image, m.cluster())).toList();
        List<String> ill =
                policy.level().runs()
                        ? standing.stream().flatMap(m -> ill(image, policy, assignment, m)).toList()
                        : List.of();
        if (!old.isEmpty()) {
            return Optional.of(
                    condition(
                            Truth.FALSE,
                            "AgentTooOld",
                            old.stream()
                                    .map(m -> tooOld(image, policy.level(), m.cluster()))
                                    .collect(Collectors.joining("; ")),
                            now));
        }
        return Optional.of(
                ill.isEmpty()
                        ? condition(
                                Truth.TRUE,
                                "Standing",
                                names(image, standing) + " stands by " + policy.level(),
                                now)
                        : condition(Truth.FALSE, "NotHealthy", String.join("; ", ill), now));
    }

    /**
     * Of one that runs: what keeps it from being ready. While it takes its time, nothing is said.
     */
    private static Stream<String> ill(
            FleetImage image, DrPolicySpec policy, Assignment assignment, Member member) {
        String stands = image.clusterName(member.cluster()) + " stands by " + policy.level();
        if (image.reach(member.cluster()) != Reach.READY) {
            return Stream.of(stands + " and is not heard");
        }
        return Optional.ofNullable(image.reports(assignment.application()).get(member.cluster()))
                .map(Held::value)
                .filter(s -> s.health().compareTo(Health.PROGRESSING) > 0)
                .map(
                        s ->
                                stands
                                        + " and is "
                                        + s.health()
                                        + (s.message().isEmpty() ? "" : ": " + s.message()))
                .stream();
    }

    private static String tooOld(FleetImage image, StandbyLevel level, Uid cluster) {
        return image.clusterName(cluster)
                + " stands by "
                + StandbyLevel.PILOT_LIGHT
                + " and not "
                + level
                + ": its agent "
                + image.observation(cluster)
                        .map(o -> o.value())
                        .map(Observation::agentVersion)
                        .orElse("")
                + " does not know of that, and has to be updated";
    }

    private static String names(FleetImage image, List<Member> members) {
        return members.stream()
                .map(m -> image.clusterName(m.cluster()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static Condition condition(Truth truth, String reason, String message, Instant now) {
        return new Condition(READY, truth, reason, message, now);
    }
}
