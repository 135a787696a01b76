package io.portolan.cli;

import java.util.List;

/** A verb that has verbs of its own. */
interface Nested {
    /** Commands, each named by its annotation. */
    List<Object> verbs();
}
