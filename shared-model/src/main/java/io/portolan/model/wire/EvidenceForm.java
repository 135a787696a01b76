package io.portolan.model.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Evidence: its level, for readers, and one field that names the case. */
final class EvidenceForm {
    private EvidenceForm() {}

    static final class Out extends JsonSerializer<Evidence> {
        @Override
        public void serialize(Evidence value, JsonGenerator gen, SerializerProvider p)
                throws IOException {
            gen.writeStartObject();
            gen.writeStringField("level", value.level());
            switch (value) {
                case Evidence.None none -> gen.writePOJOField("none", none.why());
                case Evidence.Demoted demoted -> {
                    gen.writeFieldName("demoted");
                    gen.writeStartObject();
                    gen.writeStringField("cluster", demoted.cluster().value());
                    gen.writeNumberField("sequence", demoted.sequence());
                    gen.writeNumberField("epoch", demoted.epoch());
                    gen.writeEndObject();
                }
                case Evidence.Resource r ->
                        readBack(gen, "resource", r.cluster(), r.epoch(), r.detail(), r.at());
                case Evidence.PoweredOff off ->
                        readBack(
                                gen,
                                "poweredOff",
                                off.cluster(),
                                off.epoch(),
                                off.detail(),
                                off.at());
                case Evidence.NeverActive _ -> gen.writeBooleanField("neverActive", true);
                case Evidence.Expired expired -> {
                    gen.writeFieldName("expired");
                    gen.writeStartObject();
                    gen.writeStringField("cluster", expired.cluster().value());
                    gen.writeNumberField("epoch", expired.epoch());
                    gen.writePOJOField("granted", expired.granted());
                    gen.writePOJOField("waited", expired.waited());
                    gen.writeEndObject();
                }
                case Evidence.Attested attested -> {
                    gen.writeFieldName("attested");
                    gen.writeStartObject();
                    gen.writePOJOField("clusters", attested.clusters());
                    gen.writeStringField("operator", attested.operator());
                    gen.writeStringField("reason", attested.reason());
                    gen.writePOJOField("at", attested.at());
                    gen.writeEndObject();
                }
                case Evidence.All all -> {
                    gen.writeArrayFieldStart("all");
                    for (Evidence part : all.parts()) {
                        serialize(part, gen, p);
                    }
                    gen.writeEndArray();
                }
            }
            gen.writeEndObject();
        }

        private static void readBack(
                JsonGenerator gen, String of, Uid cluster, long epoch, String detail, Instant at)
                throws IOException {
            gen.writeFieldName(of);
            gen.writeStartObject();
            gen.writeStringField("cluster", cluster.value());
            gen.writeNumberField("epoch", epoch);
            gen.writeStringField("detail", detail);
            gen.writePOJOField("at", at);
            gen.writeEndObject();
        }
    }

    static final class In extends JsonDeserializer<Evidence> {
        @Override
        public Evidence deserialize(JsonParser p, DeserializationContext context)
                throws IOException {
            ObjectNode form = ModelModule.object(p, context, "must be evidence");
            if (form.has("none")) {
                return new Evidence.None(form.get("none").asText());
            }
            if (form.has("demoted")) {
                return ModelModule.within(context, form, "demoted", Evidence.Demoted.class);
            }
            if (form.has("expired")) {
                return ModelModule.within(context, form, "expired", Evidence.Expired.class);
            }
            if (form.has("resource")) {
                return ModelModule.within(context, form, "resource", Evidence.Resource.class);
            }
            if (form.has("poweredOff")) {
                return ModelModule.within(context, form, "poweredOff", Evidence.PoweredOff.class);
            }
            if (form.has("neverActive")) {
                return new Evidence.NeverActive();
            }
            if (form.has("all")) {
                List<Evidence> parts = new ArrayList<>();
                for (JsonNode part : form.path("all")) {
                    parts.add(context.readTreeAsValue(part, Evidence.class));
                }
                return new Evidence.All(parts);
            }
            return ModelModule.within(context, form, "attested", Evidence.Attested.class);
        }
    }
}
