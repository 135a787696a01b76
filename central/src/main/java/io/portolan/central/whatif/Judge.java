package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Prospect;
import io.portolan.central.whatif.Consequence.Place;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in words what a prospect means for one application. Decides nothing. */
final class Judge {
    private final FleetImage before;
    private final FleetImage after;
    private final Supposed supposed;
    private final Set<Uid> lost;
    private final Instant now;

    /**
     * @param after as placement was asked over it
     */
    Judge(FleetImage before, FleetImage after, Supposed supposed, Set<Uid> lost, Instant now) {
        this.before = before;
        this.after = after;
        this.supposed = supposed;
        this.lost = lost;
        this.now = now;
    }

    /** Empty where nothing changes for it. */
    Optional<Consequence> of(Uid application, Prospect prospect) {
        Resource<ApplicationSpec> resource =
                after.application(application).map(Held::value).orElseThrow();
        Optional<Assignment> was = before.assignment(application).map(Held::value);
        List<Place> from = places(was.map(Assignment::members).orElse(List.of()));
        Verdict verdict =
                switch (prospect) {
                    case Prospect.Stands stands -> standing(resource, stands, from);
                    case Prospect.Placed placed ->
                            placed.policies().disasterRecovery().singleWriter()
                                    ? single(resource, placed, from)
                                    : many(placed, from);
                };
        boolean known = before.application(application).isPresent();
        boolean same =
                from.equals(verdict.to)
                        && known
                        && (!(prospect instanceof Prospect.Placed placed)
                                || was.filter(w -> alike(w.decision(), placed.decision()))
                                        .isPresent());
        return same
                ? Optional.empty()
                : Optional.of(
                        new Consequence(
                                application,
                                resource.metadata().tenant(),
                                resource.metadata().name(),
                                verdict.outcome,
                                from,
                                verdict.to,
                                verdict.why,
                                verdict.next));
    }

    private record Verdict(Outcome outcome, List<Place> to, String why, String next) {}

    private static boolean alike(PlacementDecision one, PlacementDecision other) {
        return one.satisfied() == other.satisfied() && one.chosen().equals(other.chosen());
    }

    private Verdict many(Prospect.Placed placed, List<Place> from) {
        PlacementDecision decision = placed.decision();
        List<Place> to = places(remaining(placed.next()));
        String why = reasons(from, to, decision);
        if (to.stream().noneMatch(Place::active)) {
            return new Verdict(Outcome.DOES_NOT_FIT, to, why, "");
        }
        Optional<String> broken = broken(placed);
        if (broken.isPresent()) {
            return new Verdict(Outcome.BREAKS_POLICY, to, joined(why, broken.get()), "");
        }
        return new Verdict(decision.satisfied() ? Outcome.FITS : Outcome.DEGRADED, to, why, "");
    }

    private Verdict single(
            Resource<ApplicationSpec> application, Prospect.Placed placed, List<Place> from) {
        Assignment next = placed.next();
        PlacementDecision decision = placed.decision();
        Optional<Uid> active = next.active().stream().findFirst();
        if (active.filter(lost::contains).isPresent()) {
            return failover(application, next, whyLost(active.get(), decision));
        }
        if (active.isPresent() && !decision.chosen().contains(active.get())) {
            List<Place> to = places(remaining(next));
            return new Verdict(
                    Outcome.BREAKS_POLICY,
                    to,
                    joined(
                            name(active.get()) + ": " + detail(decision, name(active.get())),
                            reasons(from, to, decision)),
                    Prospect.command(after, application, active.get(), placed).orElse(""));
        }
        return many(placed, from);
    }

    private String whyLost(Uid active, PlacementDecision decision) {
        return name(active) + " is lost" + (decision.satisfied() ? "" : "; " + few(decision));
    }

    /**
     * Placement never gives the role: an operator does, with proof that the lost one has it not.
     */
    private Verdict failover(
            Resource<ApplicationSpec> application, Assignment assignment, String why) {
        List<Member> rest = remaining(assignment);
        return switch (Takeover.of(supposed.silent(), application, now)) {
            case Takeover.Refused(String reason) ->
                    new Verdict(Outcome.DOES_NOT_FIT, places(rest), joined(why, reason), "");
            case Takeover.To(Uid target) -> {
                List<Member> members = new ArrayList<>(rest);
                members.removeIf(m -> m.cluster().equals(target));
                members.add(new Member(target, Role.ACTIVE, 0, false));
                String silent =
                        Prospect.suspects(supposed.silent(), assignment).stream()
                                .filter(lost::contains)
                                .map(this::name)
                                .sorted()
                                .collect(Collectors.joining(", "));
                yield new Verdict(
                        Outcome.NEEDS_FAILOVER,
                        places(members),
                        why
                                + "; needs a failover to "
                                + name(target)
                                + (silent.isEmpty()
                                        ? ""
                                        : ", with an attestation that "
                                                + silent
                                                + " runs nothing of it"),
                        "portolan failover " + typed(application) + " --to " + name(target));
            }
        };
    }

    private Verdict standing(
            Resource<ApplicationSpec> application, Prospect.Stands stands, List<Place> from) {
        Assignment former = stands.former();
        boolean single =
                after.works(former.application()).values().stream()
                        .anyMatch(w -> w.value().singleWriter());
        Optional<Uid> active = former.active().stream().filter(lost::contains).findFirst();
        if (single && active.isPresent()) {
            return failover(application, former, name(active.get()) + " is lost; " + stands.why());
        }
        List<Place> to = places(remaining(former));
        boolean nowhere = to.stream().noneMatch(Place::active);
        String left = left(from, to, Optional.empty()).collect(Collectors.joining("; "));
        return new Verdict(
                nowhere ? Outcome.DOES_NOT_FIT : Outcome.DEGRADED,
                to,
                joined(left, stands.why() + ": nothing is placed instead"),
                "");
    }

    private List<Member> remaining(Assignment assignment) {
        return assignment.members().stream().filter(m -> !lost.contains(m.cluster())).toList();
    }

    /** What goes when its successors are healthy counts as gone. */
    private List<Place> places(List<Member> members) {
        return members.stream()
                .filter(m -> !m.leaving())
                .map(m -> new Place(name(m.cluster()), m.role(), m.replicas()))
                .sorted(Comparator.comparing(Place::cluster))
                .toList();
    }

    private String name(Uid cluster) {
        return after.candidate(cluster).isPresent()
                ? after.clusterName(cluster)
                : before.clusterName(cluster);
    }

    private String reasons(List<Place> from, List<Place> to, PlacementDecision decision) {
        String left = left(from, to, Optional.of(decision)).collect(Collectors.joining("; "));
        return decision.satisfied() ? left : joined(left, few(decision));
    }

    private Stream<String> left(
            List<Place> from, List<Place> to, Optional<PlacementDecision> decision) {
        Set<String> kept = to.stream().map(Place::cluster).collect(Collectors.toSet());
        Set<String> gone = lost.stream().map(this::name).collect(Collectors.toSet());
        return from.stream()
                .map(Place::cluster)
                .filter(c -> !kept.contains(c))
                .map(
                        c ->
                                gone.contains(c)
                                        ? c + " is lost"
                                        : decision.map(d -> c + ": " + detail(d, c)).orElse(c));
    }

    private static String detail(PlacementDecision decision, String cluster) {
        return decision.fates().stream()
                .filter(f -> f.name().equals(cluster))
                .map(Fate::detail)
                .findFirst()
                .orElse("not chosen any more");
    }

    private static String few(PlacementDecision decision) {
        return decision.summary() + decision.nearest().map(n -> "; " + n).orElse("");
    }

    /** The first hard spread that what was chosen does not hold. */
    private Optional<String> broken(Prospect.Placed placed) {
        return placed.policies().placement().spread().stream()
                .filter(s -> !s.soft())
                .flatMap(s -> broken(s, placed.decision().chosen()).stream())
                .findFirst();
    }

    private Optional<String> broken(Spread spread, List<Uid> chosen) {
        Map<String, Integer> groups = new TreeMap<>();
        chosen.stream()
                .flatMap(c -> after.candidate(c).stream())
                .flatMap(c -> c.value(spread.over()).stream())
                .forEach(value -> groups.merge(value, 1, Integer::sum));
        int most = spread.maxGroups().orElse(Integer.MAX_VALUE);
        if (groups.size() < spread.minGroups() || groups.size() > most) {
            return Optional.of(
                    "over "
                            + groups.size()
                            + " "
                            + spread.over()
                            + "s, its policy asks for at "
                            + (groups.size() > most
                                    ? "most " + most
                                    : "least " + spread.minGroups()));
        }
        int skew = Collections.max(groups.values()) - Collections.min(groups.values());
        return skew > spread.maxSkew()
                ? Optional.of(
                        spread.over()
                                + "s differ by "
                                + skew
                                + " clusters, its policy allows "
                                + spread.maxSkew())
                : Optional.empty();
    }

    private static String joined(String one, String other) {
        return one.isEmpty() ? other : one + "; " + other;
    }

    private static String typed(Resource<ApplicationSpec> application) {
        return application.metadata().name() + " --tenant " + application.metadata().tenant();
    }
}
