package io.portolan.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows under titles, columns as wide as they need to be, two blanks between. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean titled;

    Table(String... titles) {
        this(List.of(titles));
    }

    Table(List<String> titles) {
        titled = !titles.isEmpty();
        if (titled) {
            rows.add(titles);
        }
    }

    void row(String... cells) {
        row(List.of(cells));
    }

    /** An empty cell shows as a dash; a cell never breaks its line. */
    void row(List<String> cells) {
        rows.add(cells.stream().map(c -> c.isEmpty() ? "-" : c.replaceAll("\\s+", " ")).toList());
    }

    boolean empty() {
        return rows.size() == (titled ? 1 : 0);
    }

    void print(PrintStream out, String indent) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else if (width > widths.get(i)) {
                    widths.set(i, width);
                }
            }
        }
        rows.forEach(row -> out.println(line(row, widths, indent)));
    }

    private static String line(List<String> row, List<Integer> widths, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            if (i < row.size() - 1) {
                line.append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
            }
        }
        return line.toString().stripTrailing();
    }
}
