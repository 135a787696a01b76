package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.render.Replicas;
import io.portolan.central.whatif.Consequence.Place;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
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
 * known number of replicas counts as one in each cluster; a standby runs nothing and costs nothing.
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
                if (!place.active() || cluster.isEmpty()) {
                    continue;
                }
                Optional<BigDecimal> price = price(cluster.get());
                int replicas = place.replicas().isEmpty() ? all : total(place.replicas());
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
