package io.portolan.model.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Digest;
import io.portolan.model.Percent;
import io.portolan.model.Quantity;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Component;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.dr.ApprovalRule;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.Safety;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the values look that records alone do not settle: ids as strings, cases named by a key, short
 * forms and defaults.
 */
final class ModelModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    ModelModule() {
        super("portolan");
        text(Uid.class, Uid::value, Uid::new, null);
        text(Digest.class, Digest::hex, Digest::new, null);
        text(Quantity.class, Quantity::text, Quantity::new, null);
        text(Selector.class, Selector::toString, Selector::parse, Selector.EVERYTHING);
        text(Percent.class, Percent::toString, Percent::parse, null);
        text(Duration.class, Durations::format, Durations::parse, null);
        addSerializer(KubeObject.class, new KubeObjectOut());
        addDeserializer(KubeObject.class, new KubeObjectIn());
        addSerializer(Component.class, new ComponentOut());
        addDeserializer(Component.class, new ComponentIn());
        addSerializer(new PolicyRefOut());
        addDeserializer(PolicyRef.class, new PolicyRefIn(null));
        addSerializer(Evidence.class, new EvidenceForm.Out());
        addDeserializer(Evidence.class, new EvidenceForm.In());
        addSerializer(Hook.class, new HookForm.Out());
        addDeserializer(Hook.class, new HookForm.In());
        setDeserializerModifier(new Defaults());
        for (Class<?> type :
                List.of(
                        ApplicationSpec.class,
                        ApplicationStatus.class,
                        ApplicationStatus.OnCluster.class,
                        AgentMessages.Beaten.class,
                        ClusterStatus.class,
                        ClusterStatus.Observation.class,
                        Content.class,
                        DrPolicySpec.class,
                        Failover.Attestation.class,
                        Failover.Plan.class,
                        Failover.class,
                        Failover.Report.class,
                        Failover.Request.class,
                        Safety.class,
                        Safety.Freeze.class,
                        TenantSpec.class,
                        WorkStatus.class,
                        PlacementDecision.class,
                        Affinity.class,
                        Priority.class,
                        PlacementPolicySpec.Spread.class)) {
            setMixInAnnotation(type, Rarely.class);
        }
        setMixInAnnotation(Work.class, RarelyAdopting.class);
        setMixInAnnotation(ApprovalRule.class, ForOperations.class);
        setMixInAnnotation(PlacementPolicySpec.class, OneOrSeveral.class);
        setMixInAnnotation(Assignment.Member.class, RarelyDivided.class);
        setMixInAnnotation(PlacementDecision.Fate.class, RarelyDivided.class);
    }

    private <T> void text(
            Class<T> type, Function<T, String> out, Function<String, T> in, @Nullable T absent) {
        addSerializer(type, new TextOut<>(out));
        addDeserializer(type, new TextIn<>(type, in, absent));
    }

    private static final class TextOut<T> extends JsonSerializer<T> {
        private final Function<T, String> out;

        TextOut(Function<T, String> out) {
            this.out = out;
        }

        @Override
        public void serialize(T value, JsonGenerator gen, SerializerProvider p) throws IOException {
            gen.writeString(out.apply(value));
        }
    }

    private static final class TextIn<T> extends JsonDeserializer<T> {
        private final Class<T> type;
        private final Function<String, T> in;
        private final @Nullable T absent;

        TextIn(Class<T> type, Function<String, T> in, @Nullable T absent) {
            this.type = type;
            this.in = in;
            this.absent = absent;
        }

        @Override
        public T deserialize(JsonParser p, DeserializationContext context) throws IOException {
            boolean scalar =
                    p.hasToken(JsonToken.VALUE_STRING)
                            || (type == Quantity.class && p.currentToken().isNumeric());
            if (!scalar) {
                throw MismatchedInputException.from(p, type, "must be a string");
            }
            try {
                return in.apply(p.getText());
            } catch (IllegalArgumentException e) {
                throw MismatchedInputException.from(p, type, String.valueOf(e.getMessage()));
            }
        }

        @Override
        public @Nullable T getNullValue(DeserializationContext context) {
            return absent;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return absent;
        }
    }

    private static final class KubeObjectOut extends JsonSerializer<KubeObject> {
        @Override
        public void serialize(KubeObject value, JsonGenerator gen, SerializerProvider p)
                throws IOException {
            gen.writePOJO(value.json());
        }
    }

    private static final class KubeObjectIn extends JsonDeserializer<KubeObject> {
        @Override
        public KubeObject deserialize(JsonParser p, DeserializationContext context)
                throws IOException {
            if (!p.isExpectedStartObjectToken()) {
                throw MismatchedInputException.from(p, KubeObject.class, "must be an object");
            }
            // Not p.readValueAs: that would take what follows this object for trailing tokens.
            return new KubeObject(
                    context.readValue(
                            p,
                            context.getTypeFactory()
                                    .constructMapType(
                                            LinkedHashMap.class, String.class, Object.class)));
        }
    }

    private static final class ComponentOut extends JsonSerializer<Component> {
        @Override
        public void serialize(Component value, JsonGenerator gen, SerializerProvider p)
                throws IOException {
            gen.writeStartObject();
            gen.writeStringField("name", value.name());
            switch (value.source()) {
                case Component.Container c -> gen.writePOJOField("container", c);
                case Component.Manifests m -> gen.writePOJOField("manifests", m.objects());
            }
            gen.writeEndObject();
        }
    }

    private static final class ComponentIn extends JsonDeserializer<Component> {
        @Override
        public Component deserialize(JsonParser p, DeserializationContext context)
                throws IOException {
            ObjectNode form =
                    object(p, context, "must be an object with name and container or manifests");
            boolean container = form.has("container");
            if (container == form.has("manifests")) {
                throw MismatchedInputException.from(
                        p, Component.class, "must have exactly one of: container, manifests");
            }
            Component.Source source =
                    container
                            ? within(context, form, "container", Component.Container.class)
                            : new Component.Manifests(
                                    List.of(
                                            within(
                                                    context,
                                                    form,
                                                    "manifests",
                                                    KubeObject[].class)));
            String name = form.has("name") ? within(context, form, "name", String.class) : "";
            form.remove(List.of("name", "container", "manifests"));
            if (!form.isEmpty()) {
                context.handleUnknownProperty(p, this, Component.class, form.fieldNames().next());
            }
            return new Component(name, source);
        }
    }

    private static final class PolicyRefOut extends JsonSerializer<PolicyRef<?>> {
        @Override
        @SuppressWarnings("unchecked")
        public Class<PolicyRef<?>> handledType() {
            return (Class<PolicyRef<?>>) (Class<?>) PolicyRef.class;
        }

        @Override
        public void serialize(PolicyRef<?> value, JsonGenerator gen, SerializerProvider p)
                throws IOException {
            switch (value) {
                case PolicyRef.Named<?> named -> gen.writeString(named.name());
                case PolicyRef.Inline<?> inline -> gen.writePOJO(inline.spec());
            }
        }
    }

    private static final class PolicyRefIn extends JsonDeserializer<PolicyRef<?>>
            implements ContextualDeserializer {
        private final @Nullable JavaType spec;

        PolicyRefIn(@Nullable JavaType spec) {
            this.spec = spec;
        }

        @Override
        public JsonDeserializer<?> createContextual(
                DeserializationContext context, @Nullable BeanProperty property) {
            JavaType type = context.getContextualType();
            return new PolicyRefIn(type == null ? null : type.containedTypeOrUnknown(0));
        }

        @Override
        public PolicyRef<?> deserialize(JsonParser p, DeserializationContext context)
                throws IOException {
            if (p.hasToken(JsonToken.VALUE_STRING)) {
                return new PolicyRef.Named<>(p.getText());
            }
            if (!p.isExpectedStartObjectToken() || spec == null) {
                throw MismatchedInputException.from(
                        p, PolicyRef.class, "must be the name of a policy, or a policy in place");
            }
            Spec inline = context.readValue(p, spec);
            return new PolicyRef.Inline<>(inline);
        }
    }

    static ObjectNode object(JsonParser p, DeserializationContext context, String message)
            throws IOException {
        if (p.isExpectedStartObjectToken() && context.readTree(p) instanceof ObjectNode form) {
            return form;
        }
        throw MismatchedInputException.from(p, ObjectNode.class, message);
    }

    /** Reads a field of a tree, keeping the field's name in the path of an error. */
    static <T> T within(
            DeserializationContext context, ObjectNode form, String field, Class<T> type)
            throws IOException {
        JsonNode value = form.path(field);
        try {
            T read = value.isNull() ? null : context.readTreeAsValue(value, type);
            if (read == null) {
                throw MismatchedInputException.from(context.getParser(), type, "must not be null");
            }
            return read;
        } catch (com.fasterxml.jackson.databind.JsonMappingException e) {
            throw com.fasterxml.jackson.databind.JsonMappingException.wrapWithPath(e, form, field);
        }
    }
}
