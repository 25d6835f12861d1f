-- What says that files are this house's: the same word stands beside them. No row in a house that has none.
CREATE TABLE house_mark (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  body  TEXT NOT NULL               -- JSON, replaced as a whole
) STRICT;
