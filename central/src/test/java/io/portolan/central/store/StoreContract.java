package io.portolan.central.store;

/** Everything that callers of the port rely on. */
interface StoreContract
        extends CommitContract,
                ChangesContract,
                SessionsContract,
                GrantsContract,
                AccountsContract,
                ReadingContract,
                RetentionContract {}
