package io.portolan.central.store;

import java.time.Duration;

/**
 * What a store may forget. Ages are measured on the store's clock. Nothing that is named here is
 * asked for by a decision: forgetting it changes what can be looked up and nothing else.
 */
public sealed interface Old {
    /** As metrics name it. */
    String what();

    /** Events older than the age. */
    record Events(Duration age) implements Old {
        @Override
        public String what() {
            return "events";
        }
    }

    /**
     * Events of one object beyond its newest.
     *
     * @param writtenWithin only objects that got one within this time are looked at
     */
    record CrowdedEvents(int newest, Duration writtenWithin) implements Old {
        @Override
        public String what() {
            return "events";
        }
    }

    /** Entries of the audit trail older than the age. */
    record Audit(Duration age) implements Old {
        @Override
        public String what() {
            return "audit";
        }
    }

    /** Content that no work names and that nobody has written again for so long. */
    record Contents(Duration unused) implements Old {
        @Override
        public String what() {
            return "contents";
        }
    }

    /** Answers kept for a repeated request: idempotency keys older than the age. */
    record Answers(Duration age) implements Old {
        @Override
        public String what() {
            return "answers";
        }
    }

    /** Tokens of users and join tokens that ended so long ago. */
    record Tokens(Duration expired) implements Old {
        @Override
        public String what() {
            return "tokens";
        }
    }

    /** Operations that ended so long ago; the last one of an application that exists stays. */
    record Operations(Duration ended) implements Old {
        @Override
        public String what() {
            return "operations";
        }
    }

    /**
     * Generations of one resource's spec beyond its newest.
     *
     * @param writtenWithin only resources that got one within this time are looked at
     */
    record Revisions(int newest, Duration writtenWithin) implements Old {
        @Override
        public String what() {
            return "revisions";
        }
    }

    /** Generations of the specs of resources that are gone. */
    record RevisionsOfDeleted() implements Old {
        @Override
        public String what() {
            return "revisions";
        }
    }

    /**
     * The change log's older part; a watcher that stands there gets a {@link
     * Store.CompactedException}.
     *
     * @param keepAtLeast so many of the newest transactions stay whatever their age
     * @param age younger transactions stay, where there are not more of them than
     * @param keepAtMost so that no flood of changes fills the disk
     */
    record History(int keepAtLeast, Duration age, int keepAtMost) implements Old {
        /** However many there are. */
        public History(int keepAtLeast, Duration age) {
            this(keepAtLeast, age, Integer.MAX_VALUE);
        }

        @Override
        public String what() {
            return "history";
        }
    }
}
