package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The changes that an operation makes to an assignment. Each new active set has a new epoch. */
final class Roles {
    private Roles() {}

    /**
     * Takes the active role from the sources, which are quarantined until they have shown that they
     * run nothing. The epoch rises, so that what was said of them before is stale.
     */
    static Assignment revoke(Assignment was, Collection<Uid> sources) {
        TreeMap<Uid, Member> members = members(was);
        for (Uid source : sources) {
            members.computeIfPresent(source, (_, m) -> m.with(Role.QUARANTINED));
        }
        return with(was, was.epoch() + 1, members);
    }

    /**
     * A member from now on, if it is none: it makes what it needs, and first shows that it runs
     * nothing.
     */
    static Assignment prepare(Assignment was, Uid target, long generation) {
        TreeMap<Uid, Member> members = members(was);
        members.putIfAbsent(target, new Member(target, Role.QUARANTINED, generation, false));
        return with(was, was.epoch(), members);
    }

    /** It has shown that it runs nothing. */
    static Assignment stands(Assignment was, Uid target) {
        TreeMap<Uid, Member> members = members(was);
        members.computeIfPresent(target, (_, m) -> m.with(Role.STANDBY));
        return with(was, was.epoch(), members);
    }

    /**
     * Takes it from whoever may have got it in a decision that was lost with the database.
     *
     * @param clusters made members if they are none
     */
    static Assignment revokeAnywhere(Assignment was, Collection<Uid> clusters, long generation) {
        TreeMap<Uid, Member> members = members(was);
        clusters.forEach(c -> quarantined(members, c, generation));
        return with(was, was.epoch() + 1, members);
    }

    /** Gives it back: nothing else may be active. */
    static Assignment restore(Assignment was, Collection<Uid> sources, long generation) {
        TreeMap<Uid, Member> members = members(was);
        for (Uid source : sources) {
            active(members, source, generation);
        }
        return with(was, was.epoch() + 1, members);
    }

    /**
     * The point of no return.
     *
     * @param standby members that have shown that they run nothing; who is held stays quarantined
     * @param quarantined clusters of which that is not known: made members if they are none, for
     *     else nothing would stop them when they return
     */
    static Assignment promote(
            Assignment was,
            Uid target,
            long generation,
            Collection<Uid> standby,
            Collection<Uid> quarantined,
            Promotion right) {
        TreeMap<Uid, Member> members = members(was);
        active(members, target, generation);
        for (Uid source : standby) {
            members.computeIfPresent(source, (_, m) -> m.held() ? m : m.with(Role.STANDBY));
        }
        for (Uid source : quarantined) {
            quarantined(members, source, generation);
        }
        Assignment promoted = with(was, was.epoch() + 1, members);
        if (right instanceof Promotion.OfSingleWriter
                && !promoted.active().equals(List.of(target))) {
            throw new IllegalStateException("a single writer active on " + promoted.active());
        }
        return promoted;
    }

    /** Stateless sources give up the role after the target serves. The active target stays. */
    static Assignment release(Assignment was, Collection<Uid> standby, Set<Uid> quarantined) {
        TreeMap<Uid, Member> members = members(was);
        for (Uid source : standby) {
            Role to = quarantined.contains(source) ? Role.QUARANTINED : Role.STANDBY;
            members.computeIfPresent(source, (_, m) -> m.with(to));
        }
        return with(was, was.epoch(), members);
    }

    /** These stay quarantined until somebody has looked, where they are. */
    static Assignment hold(Assignment was, Collection<Uid> quarantined) {
        TreeMap<Uid, Member> members = members(was);
        for (Uid cluster : quarantined) {
            members.computeIfPresent(cluster, (_, m) -> m.held(true));
        }
        return with(was, was.epoch(), members);
    }

    private static void quarantined(TreeMap<Uid, Member> members, Uid cluster, long generation) {
        members.merge(
                cluster,
                new Member(cluster, Role.QUARANTINED, generation, false),
                (m, _) -> m.with(Role.QUARANTINED));
    }

    private static void active(TreeMap<Uid, Member> members, Uid cluster, long generation) {
        Member former = members.get(cluster);
        members.put(
                cluster,
                new Member(
                        cluster,
                        Role.ACTIVE,
                        former == null ? generation : former.generation(),
                        false));
    }

    private static TreeMap<Uid, Member> members(Assignment was) {
        TreeMap<Uid, Member> members = new TreeMap<>();
        was.members().forEach(m -> members.put(m.cluster(), m));
        return members;
    }

    private static Assignment with(Assignment was, long epoch, TreeMap<Uid, Member> members) {
        return new Assignment(
                was.application(), epoch, List.copyOf(members.values()), was.decision());
    }
}
