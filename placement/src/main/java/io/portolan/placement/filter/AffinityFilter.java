package io.portolan.placement.filter;

import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A term of affinity that must be kept. As in Kubernetes it is looked at when something is placed:
 * what is there stays, wherever the others go. The first of a set of applications that want to be
 * together may go anywhere.
 */
final class AffinityFilter implements Filter<Optional<String>> {
    private static final int MOST_VALUES = 3;

    private final Affinity term;
    private final Neighbours others;

    private AffinityFilter(Affinity term, Neighbours others) {
        this.term = term;
        this.others = others;
    }

    static List<AffinityFilter> of(List<Affinity> terms, List<Neighbours> others) {
        List<AffinityFilter> out = new ArrayList<>();
        for (int t = 0; t < terms.size(); t++) {
            if (terms.get(t).weight().isEmpty()) {
                out.add(new AffinityFilter(terms.get(t), others.get(t)));
            }
        }
        return out;
    }

    @Override
    public String rule() {
        return "affinity: " + term;
    }

    @Override
    public Facet<Optional<String>> facet() {
        return new Facet.Value(term.key());
    }

    @Override
    public Optional<Rejection> rejection(Optional<String> value) {
        return others.kept(term, value)
                ? Optional.empty()
                : Optional.of(
                        Rejection.forNewcomers(
                                Reason.AFFINITY, term.toString(), () -> detail(value)));
    }

    private String detail(Optional<String> value) {
        if (term.apart()) {
            return term.key().equals("name")
                    ? who() + " here, and must be apart"
                    : who() + " in " + value.orElse("") + ", too, and must be apart";
        }
        return switch (others.standing()) {
            case MISSING ->
                    term.application()
                            .map(name -> "waits for application " + name + ", which does not exist")
                            .orElse("waits for an application with " + term.others() + ": none is");
            case NOWHERE ->
                    term.application()
                            .map(
                                    name ->
                                            "waits for application "
                                                    + name
                                                    + ", which is placed nowhere")
                            .orElse(
                                    "waits for the applications with "
                                            + term.others()
                                            + ", which are placed nowhere");
            case PLACED, ITSELF ->
                    others.values().isEmpty()
                            ? who() + " where no " + term.over() + " is known, so none shares it"
                            : who() + " in " + places() + " only" + here(value);
        };
    }

    private String who() {
        return term.application()
                .map(name -> "application " + name + " is")
                .orElse("applications with " + term.others() + " are");
    }

    private String here(Optional<String> value) {
        if (term.key().equals("name")) {
            return "";
        }
        return value.map(v -> ", here it is " + v).orElse(", here there is no " + term.over());
    }

    /** {@code eu-north, eu-west}, or how many where they are many. */
    private String places() {
        List<String> named = new TreeSet<>(others.values()).stream().limit(MOST_VALUES).toList();
        int more = others.values().size() - named.size();
        return String.join(", ", named) + (more > 0 ? " and " + more + " more" : "");
    }
}
