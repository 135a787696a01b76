package io.portolan.sim;

import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which pods an agent must account for although the API names them no more: what it had time to
 * learn, by the truth and not by what it wrote down. A pod that came and went while no agent
 * watched is none (docs/design/failover.md); nor is one that the agent of an application with many
 * writers did not see go, nor one that no report had named when a disk was lost.
 */
final class Lore {
    /** Longer than a watch lags, a write takes and an answer is waited for. */
    private static final Duration SURE = Duration.ofSeconds(30);

    /**
     * Since when one life of an agent could see a pod, of an application with one writer or many.
     */
    private record Sight(int life, boolean single, Instant since) {}

    private record Loss(int life, Instant at) {}

    private final World world;
    private final SimAgent agent;
    private final Map<String, Sight> sights = new HashMap<>();
    private final Map<String, Loss> losses = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Set<String> knownOfMany = new HashSet<>();

    /** The pods that the API named when it last answered. */
    private Set<String> listed = Set.of();

    private int disks;

    Lore(World world, SimAgent agent) {
        this.world = world;
        this.agent = agent;
    }

    /** To be told after each event what runs of an application. */
    void look(Uid application, List<KubeObject> running) {
        if (agent.disksLost() != disks) {
            disks = agent.disksLost();
            Set<String> told = agent.remembered();
            known.retainAll(told);
            knownOfMany.retainAll(told);
            losses.clear();
            sights.clear();
        }
        if (running.isEmpty()) {
            return;
        }
        Optional<Set<String>> named = agent.cluster().listedPods();
        listed = named.orElse(listed);
        for (KubeObject pod : running) {
            boolean own = pod.label("portolan.io/application-uid").equals(application.value());
            if (own && named.isPresent()) {
                look(pod.uid(), agent.knowsAsSingle(application), listed.contains(pod.uid()));
            } else if (own && !matured(pod.uid())) {
                sights.remove(pod.uid());
            }
        }
    }

    private void look(String pod, boolean single, boolean named) {
        Instant now = world.instant();
        if (named) {
            if (!single) {
                known.remove(pod);
            }
            Sight sight = sights.get(pod);
            boolean goesOn = sight != null && sight.life == agent.life() && sight.single == single;
            if (!agent.alive()) {
                sights.remove(pod);
            } else if (!goesOn) {
                sights.put(pod, new Sight(agent.life(), single, now));
            } else if (single && matured(pod)) {
                known.add(pod);
            }
            return;
        }
        Loss loss = losses.get(pod);
        if (loss == null) {
            Sight sight = sights.get(pod);
            boolean seen =
                    sight != null && matured(pod) && sight.life == agent.life() && agent.alive();
            losses.put(pod, new Loss(seen ? agent.life() : -1, now));
        } else if (loss.life == agent.life() && !loss.at.plus(SURE).isAfter(now)) {
            knownOfMany.add(pod);
        }
    }

    private boolean matured(String pod) {
        Sight sight = sights.get(pod);
        return sight != null && !sight.since.plus(SURE).isAfter(world.instant());
    }

    /** Whether nobody can blame the agent for not knowing of it. */
    boolean excuses(KubeObject pod, Uid application) {
        boolean own = pod.label("portolan.io/application-uid").equals(application.value());
        return !listed.contains(pod.uid())
                && !known.contains(pod.uid())
                && !(own && knownOfMany.contains(pod.uid()));
    }
}
