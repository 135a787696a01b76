package io.portolan.central.image;

import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.List;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The image's rows and indexes. All maps are sorted: equal images are walked in equal order.
 *
 * @param others tenants and policies
 * @param uids of applications and clusters by their address
 * @param statuses by the uid of their subject
 * @param works by application, then cluster
 * @param reports what agents said, by application, then cluster
 * @param appliedTo applications by the cluster that a work of theirs names
 * @param jobs works that are steps of an operation, by that operation, which may have ended
 * @param operations live ones only
 * @param operationOn the live operation of an application
 * @param leftIn clusters whose agent names an application as one that it was not asked for
 * @param users applications by the tenant or named policy that they depend on
 * @param unsatisfied applications whose assignment found fewer clusters than asked for, or a later
 *     group than they would go back to
 * @param moving applications with a member that leaves when its successors are healthy
 * @param ordered applications with an order to move
 * @param neighbourhood applications by label, and those that wait for others
 * @param candidates clusters as placement sees them
 * @param fleet the same with the indexes that decisions share
 * @param ledger the room in them
 */
record Tables(
        long revision,
        TreePMap<Uid, Held<Resource<ApplicationSpec>>> applications,
        TreePMap<Uid, Held<Resource<ClusterSpec>>> clusters,
        TreePMap<ResourceKey, Held<Resource<?>>> others,
        TreePMap<ResourceKey, Uid> uids,
        TreePMap<Uid, Held<Status>> statuses,
        TreePMap<Uid, Held<Assignment>> assignments,
        TreePMap<Uid, TreePMap<Uid, Held<Work>>> works,
        TreePMap<Uid, TreePMap<Uid, Held<WorkStatus>>> reports,
        TreePMap<Uid, TreePSet<Uid>> appliedTo,
        TreePMap<Uid, TreePSet<Uid>> jobs,
        TreePMap<Uid, Held<Failover>> operations,
        TreePMap<Uid, Uid> operationOn,
        TreePMap<Uid, Held<Observation>> observations,
        TreePMap<Uid, TreePSet<Uid>> leftIn,
        TreePMap<ResourceKey, TreePSet<Uid>> users,
        TreePSet<Uid> unsatisfied,
        TreePSet<Uid> moving,
        TreePSet<Uid> ordered,
        Neighbourhood neighbourhood,
        TreePMap<Uid, Candidate> candidates,
        ClusterSnapshot fleet,
        Ledger ledger) {
    static final Tables EMPTY =
            new Tables(
                    0,
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePMap.empty(),
                    TreePSet.empty(),
                    TreePSet.empty(),
                    TreePSet.empty(),
                    Neighbourhood.EMPTY,
                    TreePMap.empty(),
                    ClusterSnapshot.of(List.of()),
                    Ledger.EMPTY);
}
