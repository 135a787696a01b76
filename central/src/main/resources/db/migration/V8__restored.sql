-- The last restore that was noticed: all revisions since are greater, and no epoch of before is as great.
alter table store_identity add column restored_revision bigint;
alter table store_identity add column restored_at timestamptz;
