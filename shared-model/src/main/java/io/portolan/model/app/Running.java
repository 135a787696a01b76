package io.portolan.model.app;

/** How much of an application runs in one cluster. */
public enum Running {
    NOTHING,
    /** One replica of each workload, and nothing that acts by itself, such as jobs. */
    ONE_EACH,
    /** Everything but what acts by itself: a second one would do it twice. */
    ALL_THAT_SERVES,
    ALL
}
