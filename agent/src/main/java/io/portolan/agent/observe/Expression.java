package io.portolan.agent.observe;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One CEL expression over {@code self}, bounded in depth and in the steps of its loops. */
final class Expression {
    private static final int LOOPS = 10_000;
    private static final int DEPTH = 32;

    /** Loaded with the first expression: the language takes some 35 MB of memory. */
    private static final Cel CEL =
            CelFactory.standardCelBuilder()
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .setOptions(
                            CelOptions.current()
                                    .comprehensionMaxIterations(LOOPS)
                                    .maxParseRecursionDepth(DEPTH)
                                    .build())
                    .addVar("self", SimpleType.DYN)
                    .build();

    /** The expression cannot be compiled or answered, in the language's words. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message);
        }
    }

    private final CelRuntime.Program program;

    private Expression(CelRuntime.Program program) {
        this.program = program;
    }

    static Expression compile(String field, String source) throws Wrong {
        try {
            return new Expression(CEL.createProgram(CEL.compile(source).getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new Wrong(field + " cannot be compiled: " + e.getMessage());
        }
    }

    Object value(String field, Map<String, Object> self) throws Wrong {
        try {
            return program.eval(Map.of("self", self));
        } catch (CelEvaluationException e) {
            String words = String.valueOf(e.getMessage());
            throw new Wrong(
                    field
                            + " cannot be answered: "
                            + words.replaceFirst("^evaluation error at <input>:\\d+: ", ""));
        }
    }

    /** The object as the language takes it: whole numbers are long, what is null is left out. */
    static Map<String, Object> input(KubeObject object) {
        return map(object.json());
    }

    private static Map<String, Object> map(Map<?, ?> source) {
        Map<String, Object> out = new LinkedHashMap<>();
        source.forEach(
                (key, value) -> {
                    if (value != null) {
                        out.put(String.valueOf(key), value(value));
                    }
                });
        return out;
    }

    private static Object value(Object source) {
        return switch (source) {
            case Map<?, ?> map -> map(map);
            case List<?> list -> list(list);
            case Integer number -> number.longValue();
            case java.math.BigInteger number -> number.doubleValue();
            default -> source;
        };
    }

    private static List<Object> list(List<?> source) {
        List<Object> out = new ArrayList<>(source.size());
        for (@Nullable Object element : source) {
            if (element != null) {
                out.add(value(element));
            }
        }
        return out;
    }
}
