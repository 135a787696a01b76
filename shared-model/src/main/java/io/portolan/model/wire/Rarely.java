package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.portolan.model.Uid;
import io.portolan.model.app.HealthRule;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.dr.Safety;
import io.portolan.model.operation.Approval;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.PlacementDecision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What few of a type's values have: where it says nothing, nothing is written. */
interface Rarely {
    /** Few applications judge kinds of their own. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<HealthRule> health();

    /** Only single writers' pods are remembered. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> pods();

    /** Only what fences itself is guarded. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    long guarded();

    /** Few tenants are bound to a jurisdiction. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Set<String> dataResidency();

    /** Clusters are seldom silent. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<ClusterStatus.Probed> probed();

    /** Clusters are seldom silent. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<AgentMessages.PeerProbe> probes();

    /** Few clusters are tainted. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<ClusterStatus.Tainted> tainted();

    /** Few policies have groups to return to. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean mayReturn();

    /** Few applications were ever failed over by central itself. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Instant> failedOver();

    /** Few applications were failed over and have not returned. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Uid> home();

    /** Few applications were failed over and have not returned. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Optional<Uid> heir();

    /** Few policies have a rate. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Instant> failedOverBefore();

    /** Only single writers with standbys have one. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Uid> order();

    /** Few failovers are attested. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Failover.Word> words();

    /** Few policies hold what returns. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean held();

    /** Few policies have windows. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Safety.Freeze> freeze();

    /** Most windows are of every day. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Safety.Day> days();

    /** Disasters are not. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean planned();

    /** Few relocations go back. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean failback();

    /** Most operations go as they were planned. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> deviations();

    /** Few checks may be overridden. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<PreflightCheck> overrides();

    /** Before its preflight an operation has none. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Checked> checks();

    /** Few policies ask for any. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Approval> approvals();

    /** Fewer name them. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> approvers();

    /** Most operations need nobody's help. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Control> controls();

    /** What is moved serves, or did until it fell silent. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean unserved();

    /** Few operations ask somebody else. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Object hooks();

    /** Most spreads must hold. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean soft();

    /** Most groups weigh the same. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Integer> weights();

    /** Most affinities are towards. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean apart();

    /** Few are placed in the room of others. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<PlacementDecision.Drive> drives();

    /** Few applications may take others' room. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean preempts();

    /** Few applications give way. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean preemptible();
}
