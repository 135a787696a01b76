package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.dr.FailoverMove.Advance;
import io.portolan.dr.FailoverMove.Wait;
import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Demotion;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.OperationKind;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Approval;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Request;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Vouched;
import io.portolan.model.operation.Failover.Word;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A tiny world around one application: a store, central's loop that turns the assignment into
 * works, agents that pull, act and report, and the planner's moves. After each move it checks the
 * invariants of DESIGN.md section 7 that the planner answers for.
 */
final class World {
    static final Instant START = Instant.parse("2026-11-22T17:00:00Z");
    static final Uid APP = new Uid("uid-checkout");
    private static final PlacementDecision ANY =
            new PlacementDecision(true, List.of(), "", Map.of(), List.of());

    final Map<String, Node> nodes = new LinkedHashMap<>();
    final boolean singleWriter;
    final List<EventRecord> events = new ArrayList<>();

    /** Clusters that an operator vouched for and that have not stopped since: outside the proof. */
    final Set<Uid> vouched = new HashSet<>();

    /** What its policy says beside how many may write and the timeouts. */
    String policy = "";

    /** Of hooks, that came since the last move. */
    final List<HookAnswer> answers = new ArrayList<>();

    /** Hooks' Jobs that run. */
    final List<FailoverView.JobSeen> jobs = new ArrayList<>();

    /** What acts outside of a commit. */
    final Map<HookPoint, StepPort> ports = new EnumMap<>(HookPoint.class);

    Optional<String> barrier = Optional.empty();

    /** Of hooks, at the last move. */
    List<HookCall> asked = List.of();

    Instant now = START;

    /** The application fences itself by grants of this length. */
    Optional<Duration> grant = Optional.empty();

    /** What its standbys have ready. */
    Optional<StandbyLevel> level = Optional.empty();

    /** What a restore of the database leaves open. */
    FailoverView.Restored restored = FailoverView.Restored.NEVER;

    Assignment assignment;
    Failover operation;
    private int operations;

    private World(boolean singleWriter) {
        this.singleWriter = singleWriter;
    }

    /** Lines as {@code paris eu-west active}. The third word may be missing: no member. */
    static World of(boolean singleWriter, String... lines) {
        World world = new World(singleWriter);
        List<Member> members = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ");
            Node node = new Node(words[0], words[1]);
            world.nodes.put(words[0], node);
            if (words.length > 2) {
                Role role = words[2].equals("active") ? Role.ACTIVE : Role.STANDBY;
                members.add(new Member(node.uid, role, 3, false));
            }
        }
        members.sort(java.util.Comparator.comparing(Member::cluster));
        world.assignment = new Assignment(APP, 1, members, ANY);
        world.everybody();
        return world;
    }

    /** What placement says of who takes over. */
    void order(String... names) {
        assignment =
                new Assignment(
                        assignment.application(),
                        assignment.epoch(),
                        assignment.members(),
                        new PlacementDecision(
                                true,
                                List.of(),
                                "",
                                Map.of(),
                                List.of(),
                                Optional.empty(),
                                false,
                                Stream.of(names).map(n -> node(n).uid).toList()));
    }

    Node node(String name) {
        return nodes.get(name);
    }

    Role role(String name) {
        return assignment.member(node(name).uid).orElseThrow().role();
    }

    World request(String to, String... from) {
        return request(new Request(to, List.of(from), "fire", "user:ann"));
    }

    World request(Request request) {
        assertTrue(operation == null || operation.state().ended(), "one live operation at a time");
        operations++;
        operation =
                Failover.requested(
                        new Uid("op-" + operations),
                        "shop",
                        "checkout-" + operations,
                        APP,
                        "checkout",
                        request,
                        now);
        return this;
    }

    FailoverView view() {
        DrPolicySpec written =
                Codec.strict()
                        .read(
                                "{\"writers\":\"%s\",\"demoteTimeout\":\"90s\",\"verifyTimeout\":\"5m\"%s}"
                                        .formatted(
                                                singleWriter ? "single" : "many",
                                                policy.replace('\'', '"')),
                                DrPolicySpec.class);
        return new FailoverView(
                operation,
                written,
                3,
                assignment,
                nodes.values().stream()
                        .map(
                                n ->
                                        new Candidate(
                                                n.uid,
                                                n.name,
                                                n.region,
                                                n.reach,
                                                n.refusal,
                                                n.crowded,
                                                n.stored,
                                                n.reported,
                                                Optional.of(n.lastHeard),
                                                n.revoked))
                        .toList(),
                answers,
                jobs,
                barrier,
                Optional.empty(),
                ports,
                restored);
    }

    /** A user's word, which means something now. */
    World say(Control.Kind word) {
        operation =
                switch (Controls.say(operation, word, "ann", "because", now)) {
                    case Controls.Answer.Said(Failover said) -> said;
                    case Controls.Answer.Not(String why) -> throw new AssertionError(why);
                };
        return this;
    }

    /** Why a word means nothing now. */
    String refusal(Control.Kind word) {
        return switch (Controls.say(operation, word, "ann", "because", now)) {
            case Controls.Answer.Said(Failover said) -> throw new AssertionError(said);
            case Controls.Answer.Not(String why) -> why;
        };
    }

    World approve(String user) {
        operation = operation.approved(new Approval(user, now, "", operation.kind()));
        return this;
    }

    /** One move of the planner, committed. False when it waits. */
    boolean move() {
        Hooking.Look hooks = Hooking.at(view(), now);
        asked = hooks.write().isPresent() ? List.of() : hooks.calls();
        return commit(
                hooks.write().isPresent()
                        ? hooks.write().get()
                        : FailoverPlanner.step(hooks.view(), now));
    }

    /** Commits; the operation goes through its wire form, as through the store. */
    boolean commit(FailoverMove move) {
        return switch (move) {
            case Wait _ -> false;
            case Advance advance -> {
                check(advance);
                String stored = Codec.lenient().text(advance.operation());
                operation = Codec.lenient().read(stored, Failover.class);
                assertEquals(advance.operation(), operation);
                advance.assignment().ifPresent(a -> assignment = a);
                events.addAll(advance.events());
                yield true;
            }
        };
    }

    /** Moves until the planner waits, on a view that nobody else changes. */
    World settle() {
        for (int i = 0; move(); i++) {
            assertTrue(i < 40, () -> "no wait in sight: " + operation);
        }
        return this;
    }

    /** Everything happens, in the usual order, until nothing does any more. */
    World everybody() {
        for (int i = 0; i < 12; i++) {
            if (operation != null) {
                settle();
            }
            derive();
            for (Node node : nodes.values()) {
                pull(node);
                act(node);
                report(node);
            }
        }
        return this;
    }

    World pass(Duration time) {
        now = now.plus(time);
        nodes.values().stream().filter(n -> n.reach == Reach.READY).forEach(n -> n.lastHeard = now);
        nodes.values().forEach(this::guards);
        return this;
    }

    /** As the API does it: for whom it means something now. */
    World attest() {
        return attest("user:bob");
    }

    World attest(String operator) {
        List<Vouched> vouched =
                FailoverPlanner.unproved(view(), now).stream()
                        .filter(Unproved::attestable)
                        .map(u -> new Vouched(u.cluster(), u.name(), u.silentSince()))
                        .toList();
        if (!vouched.isEmpty()) {
            List<Word> words =
                    new ArrayList<>(
                            operation.attestation().map(Attestation::words).orElse(List.of()));
            words.add(
                    new Word(
                            operator,
                            "the hall burnt down",
                            now,
                            vouched.stream().map(Vouched::cluster).toList(),
                            ""));
            operation =
                    Operations.edited(
                            operation,
                            Optional.of(
                                    new Attestation(
                                            operator,
                                            "the hall burnt down",
                                            now,
                                            assignment.epoch(),
                                            vouched,
                                            words)),
                            operation.abortRequested());
        }
        return this;
    }

    World abort() {
        operation = Operations.edited(operation, operation.attestation(), true);
        return this;
    }

    World cut(String name) {
        node(name).reach = Reach.UNREACHABLE;
        return this;
    }

    World back(String name) {
        node(name).reach = Reach.READY;
        node(name).lastHeard = now;
        return this;
    }

    /** Central's loop: the works follow the assignment, and quarantine ends with a proof. */
    void derive() {
        List<Member> members = new ArrayList<>();
        for (Member m : assignment.members()) {
            Node node = byUid(m.cluster());
            boolean stopped =
                    m.role() == Role.QUARANTINED
                            && node.stored.isPresent()
                            && node.reported
                                    .flatMap(WorkStatus::demotion)
                                    .filter(Demotion::proves)
                                    .filter(d -> d.sequence() == node.stored.get().sequence())
                                    .isPresent();
            members.add(stopped ? m.with(Role.STANDBY) : m);
        }
        assignment = new Assignment(APP, assignment.epoch(), members, ANY);
        for (Member m : members) {
            Node node = byUid(m.cluster());
            Work wanted =
                    new Work(
                            APP,
                            "shop",
                            "checkout",
                            m.cluster(),
                            m.role(),
                            m.generation(),
                            assignment.epoch(),
                            node.stored.map(Work::sequence).orElse(0L) + 1,
                            Optional.of(Digest.of(new byte[] {1})),
                            singleWriter,
                            false,
                            false,
                            List.of(),
                            Optional.empty(),
                            selfFence(node, m.role()),
                            level.filter(_ -> m.role() == Role.STANDBY)
                                    .filter(_ -> !prepares(m.cluster())),
                            Optional.empty());
            if (node.stored.isEmpty() || wanted.differs(node.stored.get())) {
                node.stored = Optional.of(wanted);
            }
            boolean taken = m.role() != Role.ACTIVE && node.stored.get().selfFence().isPresent();
            if (!taken) {
                node.revoked = Optional.empty();
            } else if (node.revoked.isEmpty() || node.revokedEpoch != assignment.epoch()) {
                node.revoked = Optional.of(now);
                node.revokedEpoch = assignment.epoch();
            }
        }
    }

    private boolean prepares(Uid cluster) {
        return operation != null
                && operation.planned()
                && operation.state() == State.PREPARING_TARGET
                && operation.plan().orElseThrow().target().equals(cluster);
    }

    private Optional<SelfFence> selfFence(Node node, Role role) {
        Optional<Work> former = node.stored;
        Optional<SelfFence> was = former.flatMap(Work::selfFence);
        return role != Role.ACTIVE && was.isPresent()
                ? was
                : grant.map(
                        g ->
                                SelfFence.after(
                                        g,
                                        "http://agent",
                                        former.map(Work::sequence).orElse(0L) + 1,
                                        was,
                                        former.filter(w -> w.role() == Role.STANDBY).isPresent()));
    }

    /** Another node leads: what it knows of roles that were taken, it knows from now on. */
    World newLeader() {
        nodes.values().forEach(n -> n.revoked = n.revoked.map(_ -> now));
        return this;
    }

    /** The guards of a cluster that is heard ask central, those of another end what they hold. */
    private void guards(Node node) {
        boolean granted =
                node.reach == Reach.READY
                        && node.stored.filter(w -> w.grant().isPresent()).isPresent();
        if (granted) {
            node.grantedUntil = now.plus(node.stored.orElseThrow().grant().orElseThrow());
        } else if (node.held.flatMap(Work::selfFence).isPresent()
                && !node.grantedUntil.isAfter(now)) {
            node.running = false;
        }
    }

    void pull(Node node) {
        if (node.reach == Reach.READY
                && node.stored.isPresent()
                && node.held.map(Work::sequence).orElse(0L) < node.stored.get().sequence()) {
            node.held = node.stored;
        }
    }

    void act(Node node) {
        if (node.held.isEmpty()) {
            return;
        }
        if (node.held.get().role() == Role.ACTIVE) {
            guards(node);
            node.running = node.held.get().selfFence().isEmpty() || node.grantedUntil.isAfter(now);
        } else if (!node.ghost) {
            node.running = false;
            vouched.remove(node.uid);
        }
        node.applied = node.held.get().sequence();
    }

    void report(Node node) {
        if (node.reach != Reach.READY || node.held.isEmpty()) {
            return;
        }
        Work w = node.held.get();
        boolean runs = w.running() != Running.NOTHING;
        boolean stops = !runs && node.applied == w.sequence();
        WorkStatus status =
                new WorkStatus(
                        APP,
                        node.uid,
                        w.role(),
                        w.generation(),
                        w.epoch(),
                        w.sequence(),
                        node.applied,
                        false,
                        runs ? node.healthWhenRunning : Health.STOPPED,
                        "",
                        2,
                        runs && node.healthWhenRunning != Health.FAILED ? 1 : 0,
                        runs ? 1 : 0,
                        List.of(),
                        List.of(),
                        stops && (!node.running || node.ghost)
                                ? Optional.of(
                                        new Demotion(
                                                w.sequence(),
                                                w.epoch(),
                                                node.ghost ? List.of("web-1") : List.of()))
                                : Optional.empty(),
                        List.of(),
                        node.guarded && w.selfFence().isPresent() ? node.applied : 0);
        node.reported = Optional.of(status);
        node.history.add(status);
    }

    Node byUid(Uid uid) {
        return nodes.values().stream().filter(n -> n.uid.equals(uid)).findFirst().orElseThrow();
    }

    private void check(Advance advance) {
        assertFalse(operation.state().ended(), "an operation that ended is never written again");
        advance.assignment().ifPresent(a -> check(advance.operation(), a));
        invariants();
    }

    private void check(Failover operation, Assignment written) {
        assertTrue(written.epoch() >= assignment.epoch(), "2: epochs only increase");
        assertEquals(
                written.members().stream().map(Member::cluster).sorted().toList(),
                written.members().stream().map(Member::cluster).toList());
        List<Uid> promoted =
                written.active().stream().filter(c -> !assignment.active().contains(c)).toList();
        if (!singleWriter) {
            return;
        }
        assertTrue(written.active().size() <= 1, "2: one active per epoch");
        if (written.active().equals(assignment.active())) {
            return;
        }
        assertTrue(written.epoch() > assignment.epoch(), "2: a new active has a new epoch");
        for (Uid cluster : promoted) {
            if (operation.state() == State.ABORTED) {
                assertEquals(
                        operation.plan().orElseThrow().sources(), List.of(cluster), "3: only back");
                continue;
            }
            assertTrue(
                    Approving.by(operation).size()
                            >= (operation.escalated()
                                    ? view().policy().approvals(OperationKind.FAILOVER)
                                    : operation.plan().flatMap(Failover.Plan::approvals).orElse(0)),
                    "10: no promotion without its approvals");
            assertTrue(operation.paused().isEmpty(), "nothing is promoted in a pause");
            Evidence evidence = operation.evidence().orElseThrow(() -> new AssertionError("3"));
            assertTrue(evidence.fencesSingleWriter(), "3: no promotion without proof");
            Operations.attested(evidence)
                    .forEach(
                            c -> {
                                assertTrue(
                                        operation.attestation().flatMap(a -> a.of(c)).isPresent(),
                                        "3: nobody attested " + c);
                                vouched.add(c);
                            });
            for (Node other : nodes.values()) {
                assertTrue(
                        !other.running || other.uid.equals(cluster) || vouched.contains(other.uid),
                        () -> "1: " + other.name + " still runs");
            }
        }
    }

    /** What holds at every instant. */
    void invariants() {
        if (singleWriter) {
            List<String> running =
                    nodes.values().stream()
                            .filter(n -> n.running && !vouched.contains(n.uid))
                            .map(n -> n.name)
                            .toList();
            assertTrue(running.size() <= 1, () -> "1: runs on " + running);
        }
    }
}
