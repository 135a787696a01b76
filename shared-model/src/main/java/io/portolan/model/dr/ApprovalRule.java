package io.portolan.model.dr;

import io.portolan.model.Check;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who must agree before an operation changes anything.
 *
 * @param count how many users, each another and none of them who asked; 0 asks nobody
 * @param expires an operation that is not approved within this time is refused
 * @param operations the kinds that it holds for; {@code for} in documents
 * @param by the names of the users who may agree; none: whoever reaches the operation
 */
public record ApprovalRule(
        int count, Duration expires, Set<OperationKind> operations, List<String> by) {
    public static final Duration EXPIRES = Duration.ofHours(1);

    private static final int MOST_USERS = 50;

    public ApprovalRule {
        operations = Set.copyOf(operations);
        by = by.stream().distinct().sorted().toList();
    }

    /** In the order of their declaration, so that equal rules are written equally. */
    @Override
    public Set<OperationKind> operations() {
        return new TreeSet<>(operations);
    }

    /** How many must agree to an operation of this kind. */
    public int of(OperationKind kind) {
        return operations.contains(kind) ? count : 0;
    }

    void check(Check at) {
        at.at("count").require(count >= 0 && count <= 5, "must be 0..5");
        at.at("expires")
                .require(
                        expires.compareTo(Duration.ofMinutes(1)) >= 0
                                && expires.compareTo(Duration.ofHours(24)) <= 0,
                        "must be 1m..24h");
        at.at("for")
                .require(
                        !operations.isEmpty(),
                        "must name at least one of failover, relocate, failback");
        Check users = at.at("by");
        users.require(by.size() <= MOST_USERS, "at most " + MOST_USERS + " users");
        for (int i = 0; i < by.size(); i++) {
            users.at(i).dnsLabel(by.get(i));
        }
        users.require(
                by.isEmpty() || by.size() >= count,
                "names " + by.size() + ", and " + count + " must agree: nothing could ever begin");
    }
}
