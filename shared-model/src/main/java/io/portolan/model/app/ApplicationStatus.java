package io.portolan.model.app;

import io.portolan.model.Condition;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.dr.StandbyLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of an application.
 *
 * @param summary the one line: {@code revision 7 healthy on 2 of 3}
 * @param operation the live operation on it, by name
 * @param failedOver when central failed it over last without being asked; absent where it never did
 * @param failedOverBefore when it did so before that, the oldest first, as far back as its policy's
 *     rate asks
 * @param home the cluster that its last failover left; absent when it is there again, or was moved
 *     by plan since
 * @param heir the cluster that took over from it
 */
public record ApplicationStatus(
        long observedGeneration,
        String summary,
        Health health,
        long epoch,
        List<OnCluster> clusters,
        List<Condition> conditions,
        Optional<String> operation,
        Optional<Instant> failedOver,
        List<Instant> failedOverBefore,
        Optional<Uid> home,
        Optional<Uid> heir)
        implements Status {
    public ApplicationStatus {
        clusters = List.copyOf(clusters);
        conditions = List.copyOf(conditions);
        failedOverBefore = List.copyOf(failedOverBefore);
    }

    /** Of one that was never failed over but by an operator. */
    public ApplicationStatus(
            long observedGeneration,
            String summary,
            Health health,
            long epoch,
            List<OnCluster> clusters,
            List<Condition> conditions,
            Optional<String> operation) {
        this(
                observedGeneration,
                summary,
                health,
                epoch,
                clusters,
                conditions,
                operation,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** When central failed it over without being asked, the last last. */
    public List<Instant> automatic() {
        List<Instant> out = new ArrayList<>(failedOverBefore);
        failedOver.ifPresent(out::add);
        return out;
    }

    /**
     * One cluster's part.
     *
     * @param generation what runs there as far as is known, 0 for nothing yet
     * @param heard false while the cluster is unreachable: then health is unknown, never the last
     *     good news
     * @param objects how many objects its agent held for it there, as it said last
     * @param since when health became what it is; of a cluster that is not heard, when it was heard
     *     last
     * @param standby what it was asked to have ready while it stands by; absent: its objects, or it
     *     does not
     * @param held it returned, and stays quarantined until somebody releases it
     */
    public record OnCluster(
            String cluster,
            String region,
            Role role,
            boolean leaving,
            long generation,
            Health health,
            boolean heard,
            int readyReplicas,
            int desiredReplicas,
            int objects,
            String message,
            List<WorkStatus.Trouble> troubles,
            Optional<Instant> since,
            Optional<StandbyLevel> standby,
            boolean held) {
        public OnCluster {
            troubles = List.copyOf(troubles);
        }
    }
}
