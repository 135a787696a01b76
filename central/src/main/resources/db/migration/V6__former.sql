-- What those who selected a row before the change need to learn that it left: a resource's labels, an
-- operation's tenant and name. Null: there was no row, or a version wrote it that did not tell.
alter table change_log add column former json;
