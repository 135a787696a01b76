-- Who may use the API. A token of a user ends with the account, in the same transaction.
create table account (
    name       text collate "C" not null primary key,
    tenant     text        not null, -- empty: all tenants, an admin
    created_at timestamptz not null default now()
);

insert into account (name, tenant)
select name, min(tenant) from token where kind = 'user' group by name;

alter table token
    add column account    text references account on delete cascade,
    add column created_at timestamptz not null default now(),
    add column used_at    timestamptz;
update token set account = name where kind = 'user';
alter table token drop column name, drop column tenant;
alter table token add check ((kind = 'user') = (account is not null));
create index token_account on token (account) where account is not null;
-- A token is named by the head of its digest: the secret itself is known to nobody.
create unique index token_id on token (left(secret, 16)) where account is not null;
