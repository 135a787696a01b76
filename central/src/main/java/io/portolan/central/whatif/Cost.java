package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Policies;
import io.portolan.central.render.Replicas;
import io.portolan.central.whatif.Consequence.Place;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import io.portolan.placement.fleet.Candidate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the fleet costs in an hour: of each cluster that says in its label {@link #LABEL} what a
 * replica costs there, that number times the replicas that run there. An application without a
 * known number of replicas counts as one in each cluster; a standby costs what it runs.
 *
 * @param unpriced clusters on which something runs and that say no number
 */
public record Cost(BigDecimal perHour, Set<String> unpriced, boolean unknown) {
    /** On a cluster: what one replica costs there in an hour, such as {@code 0.12}. */
    public static final String LABEL = "portolan.io/hourly-cost";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?");

    /**
     * @param unknown whether no cluster says a number, so that there is nothing to tell
     */
    public Cost {
        unpriced = Set.copyOf(unpriced);
    }

    /**
     * @param instead of what is assigned to some applications
     */
    static Cost of(FleetImage image, Predicate<String> tenants, Map<Uid, List<Place>> instead) {
        BigDecimal sum = BigDecimal.ZERO;
        Set<String> unpriced = new TreeSet<>();
        boolean unknown = image.candidates().stream().allMatch(c -> price(c).isEmpty());
        for (Resource<ApplicationSpec> resource : applications(image, tenants)) {
            Uid application = resource.uid();
            int all = total(Replicas.of(resource.spec()));
            List<Place> places = instead.getOrDefault(application, places(image, application));
            for (Place place : places) {
                Optional<Candidate> cluster =
                        image.uid(ResourceKey.cluster(place.cluster())).flatMap(image::candidate);
                int replicas =
                        place.active()
                                ? place.replicas().isEmpty() ? all : total(place.replicas())
                                : standing(image, resource, place, all);
                if (replicas == 0 || cluster.isEmpty()) {
                    continue;
                }
                Optional<BigDecimal> price = price(cluster.get());
                sum = sum.add(price.orElse(BigDecimal.ZERO).multiply(BigDecimal.valueOf(replicas)));
                if (price.isEmpty()) {
                    unpriced.add(place.cluster());
                }
            }
        }
        return new Cost(sum, unpriced, unknown);
    }

    static List<Resource<ApplicationSpec>> applications(
            FleetImage image, Predicate<String> tenants) {
        return image.applications().stream()
                .flatMap(a -> image.application(a).stream())
                .map(Held::value)
                .filter(a -> tenants.test(a.metadata().tenant()))
                .toList();
    }

    private static List<Place> places(FleetImage image, Uid application) {
        return image.assignment(application).map(Held::value).map(Assignment::members).stream()
                .flatMap(List::stream)
                .filter(m -> !m.leaving())
                .map(m -> new Place(image.clusterName(m.cluster()), m.role(), m.replicas()))
                .toList();
    }

    /** What runs of it in a cluster that is not active. */
    private static int standing(
            FleetImage image, Resource<ApplicationSpec> resource, Place place, int all) {
        if (place.role() != Role.STANDBY
                || !(Policies.of(image, resource) instanceof Policies.Found found)
                || found.disasterRecovery().singleWriter()) {
            return 0;
        }
        return switch (found.disasterRecovery().level()) {
            case COLD, PILOT_LIGHT -> 0;
            case WARM ->
                    Math.max(
                            1,
                            (int)
                                    Replicas.of(resource.spec()).values().stream()
                                            .filter(n -> n > 0)
                                            .count());
            case HOT -> all;
        };
    }

    private static int total(Map<String, Integer> replicas) {
        return replicas.isEmpty() ? 1 : replicas.values().stream().mapToInt(n -> n).sum();
    }

    private static Optional<BigDecimal> price(Candidate cluster) {
        return Optional.ofNullable(cluster.labels().get(LABEL))
                .filter(text -> NUMBER.matcher(text).matches())
                .map(BigDecimal::new);
    }

    @Override
    public String toString() {
        return unknown ? "unknown" : perHour.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}
