package io.portolan.central.api;

import io.portolan.model.Check;
import java.util.List;

/** A complaint about one field. */
final class OneField {
    private OneField() {}

    static List<Check.Problem> wrong(String field, String message) {
        Check check = Check.root();
        check.at(field).problem(message);
        return check.problems();
    }
}
