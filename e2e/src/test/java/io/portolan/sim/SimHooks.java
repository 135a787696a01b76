package io.portolan.sim;

import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.HookRun.Lag;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Those whom hooks ask: they do once what a key asks for, and the data's owner does not always know
 * how far the target is behind.
 */
final class SimHooks {
    static final Duration RPO = Duration.ofSeconds(10);

    /** What a policy says that asks them. */
    static final String POLICY =
            ", \"rpo\": \"10s\", \"hooks\": {\"dataGate\": %1$s, \"promote\": %1$s,"
                    .concat(" \"switchTraffic\": %1$s}")
                    .formatted("{\"http\": {\"url\": \"http://hooks.example\"}, \"retries\": 1}");

    private final World world;
    private final Plant plant;
    private final Map<String, HookAnswer> answered = new HashMap<>();
    private final Map<Uid, HookAnswer> gates = new HashMap<>();
    private boolean well;

    SimHooks(World world, Plant plant) {
        this.world = world;
        this.plant = plant;
    }

    /** From now on all goes well. */
    void heal() {
        well = true;
    }

    /**
     * @param lost whether whoever asked does not hear it
     */
    HookAnswer answer(HookCall call, boolean lost) {
        HookAnswer said =
                answered.compute(
                        call.key(), (_, was) -> was != null && was.succeeded() ? was : made(call));
        if (call.point() == HookPoint.DATA_GATE) {
            gates.put(call.operation(), said);
        }
        HookAnswer told =
                new HookAnswer(
                        call.operation(),
                        call.key(),
                        call.attempt(),
                        said.succeeded(),
                        said.output(),
                        said.lag(),
                        said.fenced());
        if (plant == Plant.LAG_UNKNOWN_IS_ZERO && told.lag().isEmpty()) {
            told = Altered.with(told, "lag", Optional.of(lag(Duration.ZERO)));
        }
        return lost ? HookAnswer.of(call, false, "no answer") : told;
    }

    private HookAnswer made(HookCall call) {
        boolean fails = !well && world.dice().chance(0.2);
        HookAnswer plain = HookAnswer.of(call, !fails, fails ? "500" : "");
        if (call.point() != HookPoint.DATA_GATE || fails) {
            return plain;
        }
        return switch (well ? 2 : world.dice().pick(4)) {
            case 0 -> plain;
            case 1 -> Altered.with(plain, "lag", Optional.of(lag(RPO.multipliedBy(2))));
            default -> Altered.with(plain, "lag", Optional.of(lag(RPO.dividedBy(2))));
        };
    }

    private static Lag lag(Duration time) {
        return new Lag(Optional.of(time), Optional.empty());
    }

    /** Whether the last that it heard of the data is that it may promote. */
    boolean open(Uid operation) {
        return Optional.ofNullable(gates.get(operation))
                .flatMap(HookAnswer::lag)
                .flatMap(Lag::time)
                .filter(time -> time.compareTo(RPO) <= 0)
                .isPresent();
    }
}
