package io.portolan.placement.fleet;

/**
 * What an application takes of one cluster.
 *
 * @param amount however many nodes there are
 * @param perNode on each node besides, by its daemon sets
 */
public record Use(Amount amount, Amount perNode) {
    public static final Use NONE = new Use(Amount.NONE, Amount.NONE);

    public Use plus(Use other) {
        return new Use(amount.plus(other.amount), perNode.plus(other.perNode));
    }

    public Use minus(Use other) {
        return new Use(amount.minus(other.amount), perNode.minus(other.perNode));
    }

    /** On a cluster of so many nodes. */
    public Amount on(int nodes) {
        return perNode.isNone() ? amount : amount.plus(perNode.times(nodes));
    }

    public boolean isNone() {
        return amount.isNone() && perNode.isNone();
    }
}
