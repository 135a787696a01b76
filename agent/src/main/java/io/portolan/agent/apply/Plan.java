package io.portolan.agent.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to do next for one application, from where each of its objects is. Called again after every
 * completion, so it holds no memory of its own.
 *
 * <p>Goals: nothing is written before what it needs, one refused object holds up no other, and
 * nothing is removed before its successors stand.
 *
 * <p>Constraints: what may hold data goes only where that was said ({@link Fate}); a custom
 * resource goes before its controller, the controller before the kind.
 *
 * <p>Method: wanted objects go tier by tier; a tier opens when each object below it was written or
 * has failed (a failed one waits for its own retry and blocks nobody). Removals start when no
 * wanted object is still on its way, and go from the last tier to the first; a tier is left when
 * every object in it was seen to be gone.
 */
public final class Plan {
    private Plan() {}

    /** What may be done now. */
    public static List<Action> next(List<Slot> slots) {
        List<Action> actions = new ArrayList<>();
        Tier open = lowestTierOnItsWay(slots);
        boolean wantedOnItsWay = false;
        for (Slot slot : slots) {
            if (!slot.wanted()) {
                continue;
            }
            wantedOnItsWay |= onItsWay(slot);
            if (slot.gated() || Tier.of(slot.ref()).compareTo(open) > 0) {
                continue;
            }
            switch (slot.phase()) {
                case UNKNOWN -> actions.add(new Action.Look(slot.ref()));
                case READY -> actions.add(new Action.Put(slot.ref()));
                case BUSY, DONE, WAITING, LEAVING -> {}
            }
        }
        if (!wantedOnItsWay) {
            removals(slots, actions);
        }
        return actions;
    }

    private static void removals(List<Slot> slots, List<Action> actions) {
        Tier last = Tier.FOUNDATION;
        for (Slot slot : slots) {
            Tier tier = Tier.of(slot.ref());
            if (slot.goes() && slot.fate() == Fate.REMOVE && tier.compareTo(last) > 0) {
                last = tier;
            }
        }
        for (Slot slot : slots) {
            if (!slot.goes() || slot.phase() == Phase.BUSY) {
                continue;
            }
            switch (slot.fate()) {
                case LEAVE -> actions.add(new Action.Forget(slot.ref()));
                case GIVE_UP -> {
                    if (slot.phase() != Phase.WAITING) {
                        actions.add(new Action.GiveUp(slot.ref()));
                    }
                }
                case REMOVE -> {
                    if (Tier.of(slot.ref()) == last) {
                        remove(slot).ifPresent(actions::add);
                    }
                }
                case STAY -> {}
            }
        }
    }

    private static Optional<Action> remove(Slot slot) {
        return switch (slot.phase()) {
            case UNKNOWN -> Optional.of(new Action.Look(slot.ref()));
            case READY, DONE ->
                    Optional.of(
                            slot.uid().isEmpty()
                                    ? new Action.Look(slot.ref())
                                    : new Action.Remove(slot.ref(), slot.uid()));
            case BUSY, WAITING, LEAVING -> Optional.empty();
        };
    }

    private static Tier lowestTierOnItsWay(List<Slot> slots) {
        Tier lowest = Tier.CUSTOM;
        for (Slot slot : slots) {
            Tier tier = Tier.of(slot.ref());
            if (slot.wanted() && onItsWay(slot) && tier.compareTo(lowest) < 0) {
                lowest = tier;
            }
        }
        return lowest;
    }

    private static boolean onItsWay(Slot slot) {
        return switch (slot.phase()) {
            case UNKNOWN, READY, BUSY -> true;
            case DONE, WAITING, LEAVING -> false;
        };
    }
}
