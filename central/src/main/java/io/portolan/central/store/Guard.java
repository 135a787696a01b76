package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Keeps a store's statements away from any database but the one that it was opened on. */
interface Guard {
    /** Takes every database: for what comes before a store, such as the migration. */
    Guard OPEN =
            new Guard() {
                @Override
                public void admit(Connection session) {}

                @Override
                public void standing() {}

                @Override
                public void found(long generation, String timeline) {}
            };

    /** Refuses a new session that reached another database than the store knows. */
    void admit(Connection session) throws SQLException;

    /** Refuses everything once the store has learned that it stands on another database. */
    void standing() throws SQLException;

    /** Refuses a transaction that found itself under another generation or timeline. */
    void found(long generation, String timeline) throws SQLException;
}
