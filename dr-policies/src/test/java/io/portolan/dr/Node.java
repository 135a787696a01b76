package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cluster as it really is, and what central has of it. */
final class Node {
    final Uid uid;
    final String name;
    final String region;
    Reach reach = Reach.READY;
    Optional<String> refusal = Optional.empty();
    Optional<String> crowded = Optional.empty();
    Instant lastHeard = World.START;
    Optional<Work> stored = Optional.empty();
    Optional<WorkStatus> reported = Optional.empty();
    final List<WorkStatus> history = new ArrayList<>();
    Optional<Work> held = Optional.empty();
    long applied;

    /** Whether containers of it run, which nobody sees but this world. */
    boolean running;

    /** Its pods were removed by force: the containers run on, the pods look gone. */
    boolean ghost;

    /** When the last grant that its guards hold runs out. */
    Instant grantedUntil = Instant.MIN;

    /** Since when central's leader knows that the active role is not here, and of which epoch. */
    Optional<Instant> revoked = Optional.empty();

    long revokedEpoch;

    /** Whether its agent says that nothing runs without the guard. */
    boolean guarded = true;

    Health healthWhenRunning = Health.HEALTHY;

    Node(String name, String region) {
        this.uid = new Uid("uid-" + name);
        this.name = name;
        this.region = region;
    }
}
