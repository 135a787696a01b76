package io.portolan.central.security;

import io.portolan.model.Uid;

/** Who is asking. Every handler takes the case that it serves. */
public sealed interface Principal {
    /**
     * @param tenant the only tenant that this user reaches; empty for all
     * @param comment what the user says of this request, for the record; empty when nothing
     */
    record User(String name, String tenant, String comment) implements Principal {
        public User(String name, String tenant) {
            this(name, tenant, "");
        }

        /** The same user with a word on what is asked. */
        public User saying(String words) {
            return new User(name, tenant, words);
        }

        /** Whether the user reaches everything. */
        public boolean operator() {
            return tenant.isEmpty();
        }

        public boolean reaches(String other) {
            return operator() || tenant.equals(other);
        }

        /** As the actor of events and audit entries. */
        public String actor() {
            return "user:" + name;
        }
    }

    /**
     * @param cluster the only cluster whose objects this agent reaches
     */
    record Agent(Uid cluster) implements Principal {}
}
