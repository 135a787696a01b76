package io.portolan.cli;

import java.util.List;

/** A verb that has verbs of its own. */
interface Nested {
    /** Commands, each with its name. */
    List<Object> verbs();
}
