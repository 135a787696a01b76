package io.portolan.placement.select;

/** Without a spread only the number counts. */
final class Unbound implements Completion {
    private final int offered;
    private int taken;

    Unbound(int offered) {
        this.offered = offered;
    }

    @Override
    public void take(int cluster) {
        taken++;
    }

    @Override
    public int taken() {
        return taken;
    }

    @Override
    public Answer completes(int total) {
        return Answer.of(taken <= total && total <= offered);
    }

    @Override
    public Answer completesWith(int cluster, int total) {
        return Answer.of(taken < total && total <= offered);
    }

    @Override
    public int classOf(int cluster) {
        return 0;
    }
}
