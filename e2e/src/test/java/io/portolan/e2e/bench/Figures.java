package io.portolan.e2e.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one run of a scenario measured, in the order in which it was measured. Used by one thread.
 */
public final class Figures {
    /**
     * @param unit {@code us}, {@code ms}, {@code s}, {@code kb} (2^10 bytes), {@code mb}, {@code
     *     ratio} or {@code 1} (a count)
     * @param goal the goal in the same unit, where there is one
     */
    record Figure(String name, String unit, double value, Optional<Double> goal) {}

    private final String scenario;
    private final List<Figure> figures = new ArrayList<>();

    public Figures(String scenario) {
        this.scenario = scenario;
    }

    public void add(String name, String unit, double value) {
        figures.add(new Figure(name, unit, value, Optional.empty()));
    }

    public void add(String name, String unit, double value, double goal) {
        figures.add(new Figure(name, unit, value, Optional.of(goal)));
    }

    public String table() {
        StringBuilder out = new StringBuilder();
        out.append("%-28s %12s %-6s %s%n".formatted(scenario, "value", "unit", "goal"));
        for (Figure figure : figures) {
            out.append(
                    "%-28s %12s %-6s %s%n"
                            .formatted(
                                    figure.name,
                                    number(figure.value),
                                    figure.unit,
                                    figure.goal.map(Figures::number).orElse("")));
        }
        return out.toString();
    }

    public String json() {
        JsonArray array = new JsonArray();
        for (Figure figure : figures) {
            JsonObject entry = new JsonObject();
            entry.addProperty("name", figure.name);
            entry.addProperty("unit", figure.unit);
            entry.addProperty("value", Double.parseDouble(number(figure.value)));
            array.add(entry);
        }
        JsonObject document = new JsonObject();
        document.addProperty("scenario", scenario);
        document.addProperty("machine", Machine.describe());
        document.add("figures", array);
        return new GsonBuilder().setPrettyPrinting().create().toJson(document);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    }
}
