-- What the uploads of an account take together is summed up without reading what is said of each.
CREATE INDEX uploads_of_owner ON uploads (owner_id, kind, length, offset, parts);
DROP INDEX uploads_owner;
