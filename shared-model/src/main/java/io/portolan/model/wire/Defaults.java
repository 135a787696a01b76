package io.portolan.model.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.app.Component;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.dr.ApprovalRule;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.Failback;
import io.portolan.model.dr.HookedFence;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Preference;
import io.portolan.model.placement.Priority;
import io.portolan.model.placement.Rebalance;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Puts defaults where a document is silent, so that the records need no second form. */
final class Defaults extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** A division onto few clusters, which leaves out those that it does not need. */
    private static final JsonNode AGGREGATED = JSON.textNode("aggregated");

    private static final Map<Class<?>, Map<String, JsonNode>> DEFAULTS =
            Map.ofEntries(
                    Map.entry(Component.Container.class, Map.of("replicas", JSON.numberNode(1))),
                    Map.entry(ClusterSpec.class, Map.of("location", JSON.objectNode())),
                    Map.entry(
                            ClusterSpec.Taint.class, Map.of("effect", JSON.textNode("NoSchedule"))),
                    Map.entry(PlacementPolicySpec.class, Map.of("clusters", JSON.numberNode(1))),
                    Map.entry(
                            Division.class,
                            Map.of(
                                    "divide", JSON.textNode("weighted"),
                                    "minPerCluster", JSON.numberNode(1))),
                    Map.entry(Division.Weight.class, Map.of("weight", JSON.numberNode(1))),
                    Map.entry(Preference.class, Map.of("weight", JSON.numberNode(1))),
                    Map.entry(Affinity.class, Map.of("over", JSON.textNode("cluster"))),
                    Map.entry(
                            CapacityRule.class,
                            Map.of(
                                    "headroom", JSON.textNode("0%"),
                                    "unknown", JSON.textNode("fits"))),
                    Map.entry(Priority.class, Map.of("value", JSON.numberNode(0))),
                    Map.entry(
                            Rebalance.class,
                            Map.of(
                                    "apply", JSON.textNode("byHand"),
                                    "cooldown", duration(Rebalance.COOLDOWN))),
                    Map.entry(
                            PlacementPolicySpec.Spread.class,
                            Map.of(
                                    "over", JSON.textNode("region"),
                                    "minGroups", JSON.numberNode(1),
                                    "maxSkew", JSON.numberNode(1))),
                    Map.entry(
                            DrPolicySpec.SelfFencing.class,
                            Map.of("grant", duration(DrPolicySpec.SelfFencing.GRANT))),
                    Map.entry(
                            HookedFence.class,
                            Map.of(
                                    "hook", JSON.objectNode(),
                                    "level", JSON.textNode("F0"),
                                    "readBack", JSON.objectNode(),
                                    "when", JSON.textNode("overdue"))),
                    Map.entry(
                            DrPolicySpec.class,
                            Map.of(
                                    "writers", JSON.textNode("many"),
                                    "trigger", JSON.textNode("propose"),
                                    "toleration", duration(DrPolicySpec.TOLERATION),
                                    "cooldown", duration(DrPolicySpec.COOLDOWN),
                                    "demoteTimeout", duration(DrPolicySpec.DEMOTE_TIMEOUT),
                                    "verifyTimeout", duration(DrPolicySpec.VERIFY_TIMEOUT))),
                    Map.entry(Failback.class, Map.of("after", duration(Failback.AFTER))),
                    Map.entry(
                            ApprovalRule.class,
                            Map.of(
                                    "count", JSON.numberNode(1),
                                    "expires", duration(ApprovalRule.EXPIRES),
                                    "for",
                                            JSON.arrayNode()
                                                    .add("failover")
                                                    .add("relocate")
                                                    .add("failback"))));

    /** A short form: the field that a bare number stands for. */
    private static final Map<Class<?>, String> SHORT =
            Map.of(Component.Port.class, "port", Priority.class, "value");

    /** The same of a bare word. */
    private static final Map<Class<?>, String> WORD = Map.of(Failback.class, "by");

    private static JsonNode duration(Duration duration) {
        return JSON.textNode(Durations.format(duration));
    }

    @Override
    public JsonDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> usual) {
        Class<?> type = bean.getBeanClass();
        Map<String, JsonNode> defaults = DEFAULTS.getOrDefault(type, Map.of());
        String shortForm = SHORT.getOrDefault(type, "");
        return defaults.isEmpty() && shortForm.isEmpty()
                ? usual
                : new WithDefaults(usual, defaults, shortForm);
    }

    /**
     * Completes an object before its usual reader sees it; a bare number may stand for one field.
     */
    private static final class WithDefaults extends DelegatingDeserializer {
        private static final long serialVersionUID = 1L;
        private final transient Map<String, JsonNode> defaults;
        private final String shortForm;

        WithDefaults(JsonDeserializer<?> usual, Map<String, JsonNode> defaults, String shortForm) {
            super(usual);
            this.defaults = defaults;
            this.shortForm = shortForm;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> usual) {
            return new WithDefaults(usual, defaults, shortForm);
        }

        @Override
        public Object deserialize(JsonParser p, DeserializationContext context) throws IOException {
            JsonNode tree = context.readTree(p);
            if (!shortForm.isEmpty() && tree.isNumber()) {
                tree = JSON.objectNode().set(shortForm, tree);
            }
            if (tree.isTextual() && WORD.containsKey(handledType())) {
                tree = JSON.objectNode().set(WORD.get(handledType()), tree);
            }
            if (tree instanceof ObjectNode object) {
                if (AGGREGATED.equals(object.get("divide"))
                        && !object.hasNonNull("minPerCluster")) {
                    object.put("minPerCluster", 0);
                }
                if (handledType() == DrPolicySpec.class) {
                    Presets.expand(object);
                }
                defaults.forEach(
                        (field, value) -> {
                            if (!object.hasNonNull(field)) {
                                object.set(field, value);
                            }
                        });
            }
            try (JsonParser again = p.getCodec().treeAsTokens(tree)) {
                again.nextToken();
                return super.deserialize(again, context);
            }
        }
    }
}
