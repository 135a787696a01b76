package io.portolan.central.agentlink;

import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Holding;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an agent must stop before anything else: what it was failed over away from, what it believes
 * to be active but no longer is, and single writers whose place is elsewhere though nothing is
 * stored of this cluster, which was forgotten and joined again as another one.
 */
public final class Quarantine {
    private final Store store;
    private final Map<Uid, List<Work>> works = new HashMap<>();

    private Quarantine(Store store) {
        this.store = store;
    }

    /**
     * @param works what is stored for the cluster that says hello
     * @param later applications of which the agent knows better: see {@link LaterOrders}
     */
    public static List<Uid> of(Store store, Hello hello, List<Work> works, Set<Uid> later) {
        return new Quarantine(store)
                .of(hello, works).stream().filter(a -> !later.contains(a)).toList();
    }

    private List<Uid> of(Hello hello, List<Work> own) {
        Set<Uid> active =
                hello.holdings().stream()
                        .filter(h -> h.role() == Role.ACTIVE)
                        .map(Holding::application)
                        .collect(Collectors.toSet());
        Set<Uid> named = own.stream().map(Work::application).collect(Collectors.toSet());
        Stream<Uid> demoted =
                own.stream()
                        .filter(
                                w ->
                                        w.role() == Role.QUARANTINED
                                                || (w.role() != Role.ACTIVE
                                                        && active.contains(w.application())))
                        .map(Work::application);
        Set<Uid> unasked = new HashSet<>(active);
        unasked.removeAll(named);
        return Stream.concat(demoted, unasked.stream().sorted().filter(this::singleElsewhere))
                .toList();
    }

    /** An application that nobody knows is kept as it is: absence stops nothing. */
    private boolean singleElsewhere(Uid application) {
        return store.assignment(application).stream()
                .flatMap(a -> a.row().assignment().members().stream())
                .flatMap(
                        m ->
                                works
                                        .computeIfAbsent(m.cluster(), c -> store.works(c).plain())
                                        .stream())
                .anyMatch(w -> w.application().equals(application) && w.singleWriter());
    }
}
