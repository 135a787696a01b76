package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.condition;
import static io.portolan.agent.observe.StatusFields.leaving;
import static io.portolan.agent.observe.StatusFields.number;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.WorkStatus.Trouble;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Judges one live object by its own status, with the rules of kstatus (sigs.k8s.io/cli-utils) and,
 * beyond them, {@link Health#STOPPED} for what is asked to run nothing and {@link Health#DEGRADED}
 * for what serves in part.
 */
public final class ObjectHealth {
    /** Controllers of other people's kinds say only by their reason whether they gave up. */
    private static final Pattern BAD_REASON =
            Pattern.compile("(?i).*(fail|error|invalid|denied|forbidden|notfound|timeout).*");

    private ObjectHealth() {}

    /**
     * How one object is.
     *
     * @param reason CamelCase, stable, Kubernetes' own where it gives one; empty when all is well
     * @param message for people, in Kubernetes' words where it has some; empty when all is well
     * @param ready replicas that serve; 0 for kinds without replicas
     * @param desired replicas that should; 0 for kinds without replicas
     */
    public record Verdict(Health health, String reason, String message, int ready, int desired) {
        static Verdict healthy() {
            return new Verdict(Health.HEALTHY, "", "", 0, 0);
        }

        static Verdict of(Health health, String reason, String message) {
            return new Verdict(health, reason, message, 0, 0);
        }

        static Verdict progressing(String reason, String message) {
            return of(Health.PROGRESSING, reason, message);
        }

        Verdict counting(int ready, int desired) {
            return new Verdict(health, reason, message, ready, desired);
        }
    }

    /** By the rules that are built in alone. */
    public static Verdict of(KubeObject live) {
        return of(live, _ -> Optional.empty());
    }

    /**
     * @param ownRules a verdict for kinds that the application judges by rules of its own
     */
    public static Verdict of(KubeObject live, Function<KubeObject, Optional<Verdict>> ownRules) {
        if (leaving(live)) {
            return Verdict.progressing("Terminating", termination(live));
        }
        if (live.at("status", "observedGeneration") instanceof Number seen
                && seen.longValue() < number(live, 0, "metadata", "generation")) {
            return counted(
                    live, Verdict.progressing("NotObserved", "its controller has not seen it yet"));
        }
        return ownRules.apply(live).orElseGet(() -> builtIn(live));
    }

    /** Whether it has run to its end, and well: what such an object is for is done. */
    public static boolean complete(KubeObject live) {
        return live.group().equals("batch")
                && live.kind().equals("Job")
                && condition(live, "Complete").filter(State::isTrue).isPresent();
    }

    private static Verdict builtIn(KubeObject live) {
        return switch (live.group() + "/" + live.kind()) {
            case "apps/Deployment",
                    "apps/StatefulSet",
                    "apps/DaemonSet",
                    "apps/ReplicaSet",
                    "/ReplicationController" ->
                    WorkloadHealth.of(live);
            case "batch/Job" -> JobHealth.job(live);
            case "batch/CronJob" -> JobHealth.cronJob(live);
            case "/Pod" -> pod(live);
            case "/PersistentVolumeClaim" -> claim(live);
            case "/Service" -> NetworkHealth.service(live);
            case "gateway.networking.k8s.io/GatewayClass" -> NetworkHealth.gatewayClass(live);
            case "gateway.networking.k8s.io/Gateway" -> NetworkHealth.gateway(live);
            case "gateway.networking.k8s.io/HTTPRoute",
                    "gateway.networking.k8s.io/GRPCRoute",
                    "gateway.networking.k8s.io/TLSRoute",
                    "gateway.networking.k8s.io/TCPRoute",
                    "gateway.networking.k8s.io/UDPRoute" ->
                    NetworkHealth.route(live);
            // Whether a controller publishes an address is its operator's choice; many never do.
            case "networking.k8s.io/Ingress" -> Verdict.healthy();
            case "/Namespace", "/ConfigMap", "/Secret", "/ServiceAccount" -> Verdict.healthy();
            case "policy/PodDisruptionBudget" -> budget(live);
            case "apiextensions.k8s.io/CustomResourceDefinition" -> definition(live);
            case "apiregistration.k8s.io/APIService" -> apiService(live);
            case "autoscaling/HorizontalPodAutoscaler" -> autoscaler(live);
            default -> other(live);
        };
    }

    private static Verdict counted(KubeObject live, Verdict verdict) {
        return live.group().equals("apps") ? WorkloadHealth.counted(live, verdict) : verdict;
    }

    private static String termination(KubeObject live) {
        for (String type :
                List.of(
                        "NamespaceContentRemaining",
                        "NamespaceFinalizersRemaining",
                        "NamespaceDeletionContentFailure")) {
            Optional<State> state = condition(live, type).filter(State::isTrue);
            if (state.isPresent()) {
                return state.get().words();
            }
        }
        return live.at("metadata", "finalizers") instanceof List<?> finalizers
                        && !finalizers.isEmpty()
                ? "is being deleted; waits for its finalizers " + finalizers
                : "is being deleted";
    }

    private static Verdict pod(KubeObject pod) {
        Optional<Trouble> trouble = PodTrouble.of(pod);
        if (trouble.isPresent()) {
            return Verdict.of(
                    trouble.get().health(), trouble.get().reason(), trouble.get().message());
        }
        String phase = text(pod, "status", "phase");
        if (phase.equals("Succeeded")
                || condition(pod, "Ready").filter(State::isTrue).isPresent()) {
            return Verdict.healthy();
        }
        return phase.equals("Unknown")
                ? Verdict.of(Health.UNKNOWN, "Unknown", "its node does not answer")
                : Verdict.progressing(
                        phase.isEmpty() ? "Pending" : phase, "the pod is not ready yet");
    }

    private static Verdict claim(KubeObject claim) {
        for (String type : List.of("ControllerResizeError", "NodeResizeError")) {
            Optional<State> state = condition(claim, type).filter(State::isTrue);
            if (state.isPresent()) {
                return Verdict.of(Health.DEGRADED, type, state.get().words());
            }
        }
        return switch (text(claim, "status", "phase")) {
            case "Bound" -> Verdict.healthy();
            case "Lost" ->
                    Verdict.of(Health.FAILED, "Lost", "the volume behind the claim does not exist");
            default -> {
                String size = text(claim, "spec", "resources", "requests", "storage");
                String storage = text(claim, "spec", "storageClassName");
                yield Verdict.progressing(
                        "Pending",
                        "waits for a volume"
                                + (size.isEmpty() ? "" : " of " + size)
                                + (storage.isEmpty() ? "" : " of class " + storage)
                                + ", or for the first pod that uses it");
            }
        };
    }

    /** A budget over pods that are asked not to run, as a standby's, wants nothing. */
    private static Verdict budget(KubeObject budget) {
        Optional<State> failed =
                condition(budget, "DisruptionAllowed")
                        .filter(State::isFalse)
                        .filter(s -> s.reason().equals("SyncFailed"));
        if (failed.isPresent()) {
            return Verdict.of(Health.DEGRADED, "SyncFailed", failed.get().words());
        }
        int healthy = number(budget, 0, "status", "currentHealthy");
        int desired = number(budget, 0, "status", "desiredHealthy");
        return healthy < desired && number(budget, 0, "status", "expectedPods") > 0
                ? Verdict.progressing(
                        "InsufficientPods",
                        healthy + " of the " + desired + " pods that it protects are healthy")
                : Verdict.healthy();
    }

    private static Verdict definition(KubeObject crd) {
        Optional<State> names = condition(crd, "NamesAccepted").filter(State::isFalse);
        if (names.isPresent()) {
            return Verdict.of(Health.FAILED, names.get().reason(), names.get().words());
        }
        return condition(crd, "Established").filter(State::isTrue).isPresent()
                ? Verdict.healthy()
                : Verdict.progressing("NotEstablished", "the kind is not served yet");
    }

    private static Verdict apiService(KubeObject service) {
        return condition(service, "Available")
                .map(
                        s ->
                                s.isTrue()
                                        ? Verdict.healthy()
                                        : Verdict.of(Health.DEGRADED, s.reason(), s.words()))
                .orElseGet(() -> Verdict.progressing("Pending", "availability is not known yet"));
    }

    private static Verdict autoscaler(KubeObject hpa) {
        for (String type : List.of("AbleToScale", "ScalingActive")) {
            Optional<State> state = condition(hpa, type).filter(State::isFalse);
            // Its target is at zero replicas: that is how a standby rests.
            if (state.isPresent() && !state.get().reason().equals("ScalingDisabled")) {
                return Verdict.of(Health.DEGRADED, state.get().reason(), state.get().words());
            }
        }
        return Verdict.healthy();
    }

    private static Verdict other(KubeObject object) {
        Optional<State> stalled = condition(object, "Stalled").filter(State::isTrue);
        if (stalled.isPresent()) {
            return Verdict.of(
                    Health.FAILED, named(stalled.get(), "Stalled"), stalled.get().words());
        }
        Optional<State> working = condition(object, "Reconciling").filter(State::isTrue);
        if (working.isPresent()) {
            return Verdict.progressing(named(working.get(), "Reconciling"), working.get().words());
        }
        for (String type : List.of("Ready", "Available")) {
            Optional<State> state = condition(object, type);
            if (state.isPresent()) {
                return state.get().isTrue() ? Verdict.healthy() : notYet(type, state.get());
            }
        }
        return Verdict.healthy();
    }

    private static Verdict notYet(String type, State state) {
        boolean bad = state.isFalse() && BAD_REASON.matcher(state.reason()).matches();
        return Verdict.of(
                bad ? Health.DEGRADED : Health.PROGRESSING,
                named(state, "Not" + type),
                state.words().isEmpty()
                        ? "its condition " + type + " is " + state.truth()
                        : state.words());
    }

    private static String named(State state, String otherwise) {
        return state.reason().isEmpty() ? otherwise : state.reason();
    }
}
