-- For a query of temporary tables alone, none of which has an index: Postgres takes what is left of them after several
-- conditions for a row or two, and would read one table again for each row of the other.
SET LOCAL enable_nestloop = off;
