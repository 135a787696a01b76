package io.portolan.model.app;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Spec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Standbys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An application: what it consists of, where it may run and how it survives a disaster.
 *
 * @param placement absent: one cluster, any that fits
 * @param disasterRecovery absent: stateless (many writers), moved by hand
 * @param health how kinds that Portolan does not know are judged
 * @param paused nothing of it is changed in any cluster; a failover and a deletion are not held up
 */
public record ApplicationSpec(
        List<Component> components,
        Optional<PolicyRef<PlacementPolicySpec>> placement,
        Optional<PolicyRef<DrPolicySpec>> disasterRecovery,
        List<HealthRule> health,
        boolean paused)
        implements Spec {
    /** Evaluated at each change of each object, so there are few. */
    private static final int RULES = 20;

    public ApplicationSpec {
        components = List.copyOf(components);
        health = List.copyOf(health);
    }

    /** Without rules of health of its own, and not paused. */
    public ApplicationSpec(
            List<Component> components,
            Optional<PolicyRef<PlacementPolicySpec>> placement,
            Optional<PolicyRef<DrPolicySpec>> disasterRecovery) {
        this(components, placement, disasterRecovery, List.of(), false);
    }

    @Override
    public Kind kind() {
        return Kind.APPLICATION;
    }

    @Override
    public void check(Check at) {
        at.at("components").require(!components.isEmpty(), "must hold at least one component");
        at.at("components").require(components.size() <= 1_000, "at most 1000 components");
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            Check here = at.at("components").at(i);
            here.at("name").dnsLabel(component.name());
            Integer former = names.putIfAbsent(component.name(), i);
            here.at("name")
                    .require(
                            former == null,
                            "\""
                                    + component.name()
                                    + "\" is already the name of components["
                                    + former
                                    + "]");
            switch (component.source()) {
                case Component.Container c -> c.check(here.at("container"));
                case Component.Manifests m -> m.check(here.at("manifests"));
            }
        }
        placement.ifPresent(p -> reference(p, at.at("placement")));
        disasterRecovery.ifPresent(p -> reference(p, at.at("disasterRecovery")));
        together(at);
        rules(at.at("health"));
    }

    /** What both policies say in place must not contradict itself. */
    private void together(Check at) {
        if (disasterRecovery.orElse(null) instanceof PolicyRef.Inline<DrPolicySpec>(var recovery)
                && !(placement.orElse(null) instanceof PolicyRef.Named<?>)) {
            PlacementPolicySpec where =
                    placement.orElse(null) instanceof PolicyRef.Inline<PlacementPolicySpec>(var in)
                            ? in
                            : PlacementPolicySpec.ANYWHERE;
            recovery.checkOn(where.clusters(), where.active(), at.at("disasterRecovery"));
            standing(where, recovery, at.at("placement"));
        }
    }

    private static void standing(PlacementPolicySpec where, DrPolicySpec recovery, Check at) {
        Check said = at.at("standbys").at("clusters");
        boolean some = where.standbys().flatMap(Standbys::clusters).isPresent();
        said.require(
                !some || recovery.standsBy(),
                "nothing stands by: disasterRecovery.standby has to say what is ready there");
        said.require(
                !some || !recovery.singleWriter() || where.active() == 1,
                "of a single writer one cluster is active, so it must be "
                        + (where.clusters() - 1));
        at.at("replicas")
                .require(
                        recovery.singleWriter()
                                || !recovery.standsBy()
                                || where.dividing().isEmpty(),
                        "are not divided where clusters stand by: each that is active runs all");
    }

    private void rules(Check at) {
        at.require(health.size() <= RULES, "at most " + RULES + " rules");
        for (int i = 0; i < health.size(); i++) {
            HealthRule rule = health.get(i);
            rule.check(at.at(i));
            for (int j = 0; j < i; j++) {
                boolean same =
                        health.get(j).kind().equals(rule.kind())
                                && health.get(j).apiVersion().equals(rule.apiVersion());
                at.at(i).at("kind").require(!same, "has its rule already at health[" + j + "]");
            }
        }
    }

    private static void reference(PolicyRef<?> ref, Check at) {
        switch (ref) {
            case PolicyRef.Named<?> named -> at.dnsLabel(named.name());
            case PolicyRef.Inline<?> inline -> inline.spec().check(at);
        }
    }
}
