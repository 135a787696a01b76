-- What the jobs of retention look for.
create index resource_uid on resource (uid);
create index resource_revision_made_at on resource_revision using brin (made_at);
create index audit_made_at on audit using brin (made_at);
create index operation_ended on operation (made) where not live;
