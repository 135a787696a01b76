package io.portolan.agent.direct;

import io.portolan.agent.KubeEffects;
import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.Watch;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One life of an agent. A crash is to stop using it and to start another on the same state. */
public final class DirectAgent {
    /** Central as the agent meets it. */
    public interface Central {
        /**
         * Answers an {@code OpenSession}, {@code Poll}, {@code Fetch}, {@code SendReport} or {@code
         * Beat}; empty leaves it unanswered, to be asked again later: a parked poll.
         */
        Optional<Event> answer(Effect effect);
    }

    private final AgentCore core;
    private final MemoryState state;
    private final KubeApi kube;
    private final KubeEffects kubeEffects;
    private final Central central;
    private final List<Effect> pending = new ArrayList<>();
    private final Deque<Event> events = new ArrayDeque<>();
    private final Map<TypeRef, Watch> watches = new HashMap<>();
    private Instant wake = Instant.MAX;

    public DirectAgent(AgentSettings settings, MemoryState state, KubeApi kube, Central central) {
        this.core = new AgentCore(settings);
        this.state = state;
        this.kube = kube;
        this.kubeEffects = new KubeEffects(kube);
        this.central = central;
        events.add(new Event.Started(state.load()));
    }

    /** What may be done next: writes to the state keep their order. */
    public List<Effect> choices() {
        List<Effect> choices = new ArrayList<>();
        boolean persisting = false;
        for (Effect effect : pending) {
            boolean persist = effect instanceof Effect.Persist;
            if (!persist || !persisting) {
                choices.add(effect);
            }
            persisting |= persist;
        }
        return choices;
    }

    /** When the agent next wants to be woken. */
    public Instant wake() {
        return wake;
    }

    /** Takes in all that has happened; at its time, also that time has come. */
    public void take(Instant now) {
        if (!wake.isAfter(now)) {
            wake = Instant.MAX;
            events.add(new Event.TimerDue());
        }
        for (Event event = events.poll(); event != null; event = events.poll()) {
            for (Effect effect : core.step(event, now)) {
                if (effect instanceof Effect.Wake(_, var at)) {
                    wake = at.isBefore(wake) ? at : wake;
                } else {
                    pending.add(effect);
                }
            }
        }
    }

    /**
     * Does one of the {@link #choices}. False when it stays to be done: central leaves it
     * unanswered, or there is nothing to watch yet.
     */
    public boolean perform(Effect effect) {
        Optional<Event> event = act(effect);
        boolean done =
                event.isPresent()
                        || (effect instanceof Effect.StartWatch start
                                && watches.containsKey(start.type()))
                        || effect instanceof Effect.StopWatch;
        if (done) {
            pending.remove(effect);
            event.ifPresent(events::add);
        }
        return done;
    }

    /** Does it; the answer arrives when it is handed to {@link #arrive}. */
    public Optional<Event> hold(Effect effect) {
        Optional<Event> event = act(effect);
        if (event.isPresent()) {
            pending.remove(effect);
        }
        return event;
    }

    public void arrive(Event event) {
        events.add(event);
    }

    /** Does it, and the answer never arrives. */
    public void performUnheard(Effect effect) {
        if (act(effect).isPresent()) {
            pending.remove(effect);
            events.add(new Event.Unknown(effect.id()));
        }
    }

    /** It is not done as far as anyone knows, and its answer never arrives. */
    public void lose(Effect effect) {
        pending.remove(effect);
        events.add(new Event.Unknown(effect.id()));
    }

    /** Does everything that can be done now. */
    public void run(Instant now) {
        boolean moved = true;
        while (moved) {
            take(now);
            moved = false;
            for (Effect effect : choices()) {
                moved |= perform(effect);
            }
        }
    }

    /** The process ends: nobody hears its watches any more. */
    public void die() {
        watches.values().forEach(Watch::close);
        watches.clear();
    }

    private Optional<Event> act(Effect effect) {
        return switch (effect) {
            case Effect.Persist(var id, var changes) -> {
                state.write(changes);
                yield Optional.of(new Event.Persisted(id));
            }
            case Effect.StartWatch(_, var type, var selector) -> {
                watch(type, selector);
                yield Optional.empty();
            }
            case Effect.StopWatch(_, var type) -> {
                Optional.ofNullable(watches.remove(type)).ifPresent(Watch::close);
                yield Optional.empty();
            }
            case Effect.OpenSession _,
                    Effect.Poll _,
                    Effect.Fetch _,
                    Effect.SendReport _,
                    Effect.Beat _,
                    Effect.AskGrants _ ->
                    central.answer(effect);
            case Effect.Apply _,
                    Effect.Patch _,
                    Effect.Delete _,
                    Effect.Get _,
                    Effect.ListObjects _,
                    Effect.Discover _,
                    Effect.Measure _,
                    Effect.Wake _ ->
                    kubeEffects.perform(effect);
        };
    }

    private void watch(TypeRef type, String selector) {
        events.add(new Event.WatchListing(type));
        Listed listed =
                kube.list(type, selector, object -> events.add(new Event.Live(type, object)));
        switch (listed) {
            case Listed.Ok(var version) -> {
                events.add(new Event.WatchListed(type));
                watches.put(
                        type, kube.watch(type, selector, version, e -> heard(type, selector, e)));
            }
            case Listed.UnknownKind _ -> events.add(new Event.WatchUnserved(type));
            case Listed.Failed _, Listed.Forbidden _ -> {}
        }
    }

    private void heard(TypeRef type, String selector, WatchEvent event) {
        switch (event) {
            case WatchEvent.Set(var live) -> events.add(new Event.Live(type, live));
            case WatchEvent.Removed(var last) -> events.add(new Event.Removed(type, last));
            case WatchEvent.Bookmark _ -> {}
            case WatchEvent.Ended _ -> again(type, selector);
        }
    }

    private void again(TypeRef type, String selector) {
        watches.remove(type);
        pending.add(new Effect.StartWatch(0, type, selector));
    }
}
