package io.portolan.model.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookJob;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How a hook is written: {@code http} or {@code job} says in which way it acts. */
final class HookForm {
    private HookForm() {}

    static final class Out extends JsonSerializer<Hook> {
        @Override
        public void serialize(Hook value, JsonGenerator gen, SerializerProvider p)
                throws IOException {
            gen.writeStartObject();
            switch (value.act()) {
                case Hook.Http http -> gen.writePOJOField("http", http);
                case HookJob job -> gen.writePOJOField("job", job);
            }
            gen.writePOJOField("timeout", value.timeout());
            gen.writeNumberField("retries", value.retries());
            gen.writeEndObject();
        }
    }

    static final class In extends JsonDeserializer<Hook> {
        @Override
        public Hook deserialize(JsonParser p, DeserializationContext context) throws IOException {
            ObjectNode form = ModelModule.object(p, context, "must be an object with http or job");
            if (form.hasNonNull("http") && form.hasNonNull("job")) {
                throw MismatchedInputException.from(
                        p, Hook.class, "must have exactly one of: http, job");
            }
            Hook.Act act = act(context, form);
            Hook hook =
                    new Hook(
                            act,
                            form.hasNonNull("timeout")
                                    ? ModelModule.within(context, form, "timeout", Duration.class)
                                    : act instanceof HookJob ? HookJob.TIMEOUT : Hook.TIMEOUT,
                            form.hasNonNull("retries")
                                    ? ModelModule.within(context, form, "retries", Integer.class)
                                    : Hook.RETRIES);
            form.remove(List.of("http", "job", "timeout", "retries"));
            if (!form.isEmpty()) {
                context.handleUnknownProperty(p, this, Hook.class, form.fieldNames().next());
            }
            return hook;
        }

        private static Hook.Act act(DeserializationContext context, ObjectNode form)
                throws IOException {
            if (form.hasNonNull("job")) {
                return ModelModule.within(context, form, "job", HookJob.class);
            }
            if (!form.hasNonNull("http")) {
                form.putObject("http");
            }
            return ModelModule.within(context, form, "http", Hook.Http.class);
        }
    }
}
