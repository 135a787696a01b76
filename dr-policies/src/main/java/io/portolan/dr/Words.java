package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.stream.Collectors;

/** How an operation speaks to its operator. Depends on the view alone, so that it settles. */
final class Words {
    private Words() {}

    static String name(FailoverView view, Uid cluster) {
        return view.cluster(cluster).map(Candidate::name).orElse(cluster.value());
    }

    static String names(FailoverView view, Collection<Uid> clusters) {
        return clusters.stream().map(c -> name(view, c)).sorted().collect(Collectors.joining(", "));
    }

    /** {@code unreachable, silent since 2026-11-22T17:00:00Z}. */
    static String silent(Candidate cluster) {
        return (cluster.reach() == Reach.SUSPECT ? "suspect" : "unreachable")
                + cluster.lastHeard()
                        .map(t -> ", silent since " + t.truncatedTo(ChronoUnit.SECONDS))
                        .orElse(", never heard");
    }

    /** {@code 2026-11-22T17:00:00Z}. */
    static String second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code failover}, {@code relocation}, {@code failback}. */
    static String kind(Failover operation) {
        return switch (operation.kind()) {
            case FAILOVER -> "failover";
            case RELOCATE -> "relocation";
            case FAILBACK -> "failback";
        };
    }

    static String approve(Failover operation) {
        return "portolan approve " + path(operation);
    }

    static String escalate(Failover operation) {
        return say("operation escalate", operation);
    }

    static String attest(Failover operation) {
        return say("failover attest", operation);
    }

    static String abort(Failover operation) {
        return say("failover abort", operation);
    }

    /** A word that is said with a reason. As it is typed, whatever tenant one usually works in. */
    static String say(String verb, Failover operation) {
        return "portolan " + verb + " " + path(operation) + " --reason \"...\"";
    }

    /** Where nothing has to be typed, and what else may be: {@link Failover#WAIT}. */
    static String orAbort(Failover operation) {
        return Failover.WAIT + ", or " + abort(operation);
    }

    private static String path(Failover operation) {
        return operation.tenant() + "/" + operation.name();
    }

    /** The first of what an agent tells, behind other words; empty where it tells nothing. */
    static String troubles(WorkStatus status) {
        return status.troubles().stream()
                .findFirst()
                .map(t -> "; " + t.object() + ": " + t.reason() + " " + t.message())
                .orElse(status.message().isEmpty() ? "" : "; " + status.message());
    }

    static String duration(Duration d) {
        return Durations.format(d.truncatedTo(ChronoUnit.MILLIS));
    }
}
