-- A foreign key is checked by a plan that Postgres keeps for as long as the table has the same statistics. It was made
-- for a table that is nearly empty, which it reads as a whole; meanwhile this transaction adds a hundred thousand rows,
-- and would read all of them for each variant. So such plans are forgotten, and new ones use an index.
DISCARD PLANS;
SET LOCAL enable_seqscan = off;
-- would compile for a second what is dear only because it is discouraged here
SET LOCAL jit = off;
