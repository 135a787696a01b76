-- Text is compared bytewise, so that pages come in the order in which Java sorts.
-- Bodies are json and not jsonb: they come back as they were written, and escaped NULs pass.

-- One row. Locked last by every commit that changes rows, so that revisions become visible in order.
create table counter (
    id       boolean primary key default true check (id),
    revision bigint  not null,
    horizon  bigint  not null -- the change log begins after this revision
);
insert into counter (revision, horizon) values (0, 0);

create table store_identity (
    id         boolean primary key default true check (id),
    generation bigint  not null check (generation > 0),
    authority  text    not null -- PostgreSQL's system identifier and timeline when it was given
);

create table resource (
    kind       text collate "C" not null,
    tenant     text collate "C" not null,
    name       text collate "C" not null,
    uid        text             not null,
    generation bigint           not null,
    labels     jsonb            not null,
    body       json             not null,
    revision   bigint           not null,
    primary key (kind, tenant, name)
);

create table resource_revision (
    uid        text        not null,
    generation bigint      not null,
    spec       json        not null,
    made_at    timestamptz not null default now(),
    primary key (uid, generation)
);

create table status (
    subject  text   not null primary key,
    kind     text   not null,
    tenant   text   not null,
    name     text   not null,
    body     json   not null,
    revision bigint not null
);

create table assignment (
    application text   not null primary key,
    body        json   not null,
    revision    bigint not null
);

create table work (
    cluster     text collate "C" not null,
    application text collate "C" not null,
    content     text,
    body        json             not null,
    revision    bigint           not null,
    primary key (cluster, application)
);
create index work_content on work (content, cluster);

create table work_status (
    cluster     text collate "C" not null,
    application text collate "C" not null,
    body        json             not null,
    revision    bigint           not null,
    primary key (cluster, application)
);

create table observation (
    cluster  text   not null primary key,
    body     json   not null,
    revision bigint not null
);

create table operation (
    uid         text    not null primary key,
    tenant      text    not null,
    name        text    not null,
    application text    not null,
    live        boolean not null,
    body        json    not null, -- without its steps
    made        bigint  not null, -- the revision that first wrote it
    revision    bigint  not null
);
create unique index operation_name on operation (tenant, name);
create unique index operation_live on operation (application) where live;
create index operation_made on operation (made desc, uid);

create table operation_step (
    operation text not null references operation on delete cascade,
    ordinal   int  not null,
    state     text not null,
    body      json not null,
    primary key (operation, ordinal)
);

create table event (
    id      bigint generated always as identity primary key,
    subject text        not null,
    body    json        not null,
    made_at timestamptz not null default now()
);
create index event_subject on event (subject, id desc);
create index event_made_at on event using brin (made_at);

create table audit (
    id      bigint generated always as identity primary key,
    body    json        not null,
    made_at timestamptz not null default now()
);

create table content (
    digest  text        not null primary key,
    gzip    bytea       not null,
    used_at timestamptz not null default now()
);
alter table content alter column gzip set storage external;

create table change_log (
    revision   bigint      not null,
    ordinal    int         not null,
    type       text        not null,
    key        json        not null,
    body       json,
    existed    boolean     not null,
    written_at timestamptz not null default now(),
    primary key (revision, ordinal)
);

-- The epoch is a key column: changing it waits for the commits that hold the row `for key share`,
-- while prolonging the lease does not.
create table leader (
    id          boolean     not null unique default true check (id),
    epoch       bigint      not null primary key,
    term_id     text        not null,
    holder      text        not null,
    node        text        not null, -- whose database sessions it writes by
    lease_until timestamptz not null
);
insert into leader (epoch, term_id, holder, node, lease_until) values (0, '', '', '', '-infinity');

create table token (
    secret     text not null primary key, -- digest
    kind       text not null check (kind in ('user', 'agent', 'join')),
    name       text not null default '',
    tenant     text not null default '',
    cluster    text not null default '',
    expires_at timestamptz
);
create index token_cluster on token (cluster) where cluster <> '';

create table cluster_session (
    cluster text   not null primary key,
    session bigint not null,
    batch   bigint not null
);

-- Apart from the session, so that a heartbeat never waits for a report.
create table cluster_heard (
    cluster    text        not null primary key,
    last_heard timestamptz not null
);

create table idempotency (
    scope   text        not null,
    key     text        not null,
    request text        not null,
    answer  text        not null,
    made_at timestamptz not null default now(),
    primary key (scope, key)
);
