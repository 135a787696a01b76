package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.number;
import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges what brings traffic in. The Gateway API counts the generation that was seen at each
 * condition: one that speaks of a former spec says nothing.
 */
final class NetworkHealth {
    private static final Set<String> WAITING = Set.of("Pending", "AddressNotAssigned");

    private NetworkHealth() {}

    static Verdict service(KubeObject service) {
        boolean waits =
                text(service, "spec", "type").equals("LoadBalancer")
                        && objects(service.at("status", "loadBalancer", "ingress")).isEmpty();
        return waits
                ? Verdict.progressing("NoAddress", "the load balancer has no address yet")
                : Verdict.healthy();
    }

    static Verdict gatewayClass(KubeObject gatewayClass) {
        Optional<State> accepted = condition(gatewayClass, gatewayClass.at("status"), "Accepted");
        return refused(accepted, Health.FAILED, "")
                .orElseGet(() -> known(accepted, "no controller has taken the class yet"));
    }

    static Verdict gateway(KubeObject gateway) {
        Object status = gateway.at("status");
        Optional<State> accepted = condition(gateway, status, "Accepted");
        Optional<Verdict> refused = refused(accepted, Health.FAILED, "");
        if (refused.isPresent()) {
            return refused.get();
        }
        for (KubeObject listener : objects(gateway.at("status", "listeners"))) {
            Optional<Verdict> ill = listener(gateway, listener);
            if (ill.isPresent()) {
                return ill.get();
            }
        }
        Optional<State> programmed = condition(gateway, status, "Programmed");
        if (programmed.filter(s -> s.isFalse() && WAITING.contains(s.reason())).isPresent()) {
            return Verdict.progressing(programmed.get().reason(), programmed.get().words());
        }
        Verdict known = known(accepted, "no controller has taken the gateway yet");
        return refused(programmed, Health.DEGRADED, "")
                .orElseGet(
                        () ->
                                known.health() == Health.HEALTHY
                                        ? known(programmed, "the gateway is being set up")
                                        : known);
    }

    private static Optional<Verdict> listener(KubeObject gateway, KubeObject listener) {
        String who = "listener " + text(listener, "name") + ": ";
        for (String type : List.of("Accepted", "ResolvedRefs")) {
            Optional<Verdict> refused =
                    refused(condition(gateway, listener.json(), type), Health.DEGRADED, who);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return condition(gateway, listener.json(), "Conflicted")
                .filter(State::isTrue)
                .map(s -> Verdict.of(Health.DEGRADED, s.reason(), who + s.words()));
    }

    static Verdict route(KubeObject route) {
        List<Verdict> refusals = new ArrayList<>();
        Verdict worst = Verdict.healthy();
        List<KubeObject> parents = objects(route.at("status", "parents"));
        for (KubeObject parent : parents) {
            String who = text(parent, "parentRef", "name") + ": ";
            Optional<State> accepted = condition(route, parent.json(), "Accepted");
            refused(accepted, Health.FAILED, who).ifPresent(refusals::add);
            Verdict verdict =
                    refused(condition(route, parent.json(), "ResolvedRefs"), Health.DEGRADED, who)
                            .orElseGet(() -> known(accepted, who + "has not answered yet"));
            worst = worst.health().compareTo(verdict.health()) >= 0 ? worst : verdict;
        }
        if (!refusals.isEmpty()) {
            Verdict first = refusals.getFirst();
            return refusals.size() == parents.size()
                    ? first
                    : Verdict.of(Health.DEGRADED, first.reason(), first.message());
        }
        return parents.isEmpty()
                ? Verdict.progressing("NoParent", "no gateway has taken the route yet")
                : worst;
    }

    private static Optional<Verdict> refused(Optional<State> state, Health health, String who) {
        return state.filter(State::isFalse)
                .map(s -> Verdict.of(health, s.reason(), who + s.words()));
    }

    private static Verdict known(Optional<State> state, String otherwise) {
        return state.filter(State::isTrue).isPresent()
                ? Verdict.healthy()
                : Verdict.progressing("Pending", otherwise);
    }

    /** A condition that speaks of the newest spec. */
    private static Optional<State> condition(
            KubeObject object, @org.jspecify.annotations.Nullable Object holder, String type) {
        if (!(holder instanceof java.util.Map<?, ?> map)) {
            return Optional.empty();
        }
        int generation = number(object, 0, "metadata", "generation");
        return objects(map.get("conditions")).stream()
                .filter(c -> type.equals(c.at("type")))
                .filter(c -> number(c, generation, "observedGeneration") >= generation)
                .findFirst()
                .map(c -> new State(text(c, "status"), text(c, "reason"), text(c, "message")));
    }
}
