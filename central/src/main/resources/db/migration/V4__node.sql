-- Who runs, for discovery and display only. Unlogged: each node writes its row anew every second, and after a crash of PostgreSQL or
-- the promotion of a standby that is soon enough.
create unlogged table node (
    id       text        not null primary key, -- as in the application names of its database sessions
    name     text        not null,
    api      text        not null,
    member   text        not null, -- host:port for the other nodes; empty: it has no such port
    version  text        not null,
    started  timestamptz not null,
    seen     timestamptz not null,
    position bigint      not null, -- the revision up to which it follows the change log
    sees     text[]      not null, -- ids of the nodes that it hears, itself among them
    majority boolean     not null  -- whether it believes these to be the most
) with (fillfactor = 50);

-- Keeps nodes of other databases, which may share a network with these, out of the group.
alter table store_identity add column nodes text not null default gen_random_uuid()::text;
