package io.portolan.placement.filter;

import io.portolan.model.placement.Affinity;
import io.portolan.placement.fleet.Candidate;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the other applications are that one term of a policy's affinity speaks of. The application
 * that is placed is none of them: to keep itself together or apart is what spreads are for.
 *
 * @param values what the clusters where one of them is active show under the term's key
 */
public record Neighbours(Standing standing, Set<String> values) {
    /** Nobody has said that there is such an application. */
    public static final Neighbours MISSING = new Neighbours(Standing.MISSING, Set.of());

    public Neighbours {
        values = Set.copyOf(values);
    }

    /** Whether there is anything to be near to. */
    public enum Standing {
        /** No other application is meant. */
        MISSING,
        /** There are some, and none is active anywhere. */
        NOWHERE,
        PLACED,
        /** None is active anywhere, and the application is one of those that are meant. */
        ITSELF
    }

    /**
     * @param exist whether another application is meant that exists
     * @param itself whether the term means the application itself as well
     * @param clusters where others that are meant are active
     */
    public static Neighbours of(
            Affinity term, boolean exist, boolean itself, Collection<Candidate> clusters) {
        Set<String> values = new TreeSet<>();
        clusters.forEach(c -> c.value(term.key()).ifPresent(values::add));
        if (!clusters.isEmpty()) {
            return new Neighbours(Standing.PLACED, values);
        }
        return new Neighbours(
                itself ? Standing.ITSELF : exist ? Standing.NOWHERE : Standing.MISSING, values);
    }

    /** Whether a cluster that shows this value, or none, keeps the term. */
    public boolean kept(Affinity term, Optional<String> value) {
        boolean shared = value.filter(values::contains).isPresent();
        return term.apart() ? !shared : shared || standing == Standing.ITSELF;
    }
}
