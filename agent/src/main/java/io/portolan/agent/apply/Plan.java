package io.portolan.agent.apply;

import java.util.ArrayList;
import java.util.List;

/**
 * What to do next for one application, from where each of its objects is. Called again after every
 * completion, so it holds no memory of its own.
 *
 * <p>Goals: nothing is written before what it needs, one refused object holds up no other, and
 * nothing is removed before its successors stand.
 *
 * <p>Constraints: a namespace is never removed; a volume claim only with the whole application; a
 * custom resource goes before its controller, the controller before the kind.
 *
 * <p>Method: wanted objects go tier by tier; a tier opens when each object below it was written or
 * has failed (a failed one waits for its own retry and blocks nobody). Removals start when no
 * wanted object is still on its way, and go from the last tier to the first; a tier is left when
 * every object in it was seen to be gone.
 */
public final class Plan {
    private Plan() {}

    /**
     * @param tombstone whether the whole application goes
     */
    public static List<Action> next(List<Slot> slots, boolean tombstone) {
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
            removals(slots, tombstone, actions);
        }
        return actions;
    }

    private static void removals(List<Slot> slots, boolean tombstone, List<Action> actions) {
        Tier last = Tier.FOUNDATION;
        for (Slot slot : slots) {
            Tier tier = Tier.of(slot.ref());
            if (leaves(slot, tombstone) && tier.compareTo(last) > 0) {
                last = tier;
            }
        }
        for (Slot slot : slots) {
            if (!slot.wanted() && slot.ref().kind().equals("Namespace")) {
                if (slot.phase() != Phase.BUSY) {
                    actions.add(new Action.Forget(slot.ref()));
                }
            } else if (leaves(slot, tombstone) && Tier.of(slot.ref()) == last) {
                switch (slot.phase()) {
                    case UNKNOWN -> actions.add(new Action.Look(slot.ref()));
                    case READY, DONE ->
                            actions.add(
                                    slot.uid().isEmpty()
                                            ? new Action.Look(slot.ref())
                                            : new Action.Remove(slot.ref(), slot.uid()));
                    case BUSY, WAITING, LEAVING -> {}
                }
            }
        }
    }

    /** Whether this object is to go now: not wanted, and nothing says to keep it. */
    public static boolean leaves(Slot slot, boolean tombstone) {
        return !slot.wanted()
                && !slot.ref().kind().equals("Namespace")
                && (tombstone || !slot.ref().kind().equals("PersistentVolumeClaim"));
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
