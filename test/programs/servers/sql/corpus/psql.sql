== psql
CREATE TABLE t (id int, name text, price numeric(6,2)); INSERT INTO t VALUES (1, 'pen', 1.5), (2, E'two\nlines', NULL), (3, 'a,"b"', 10)

SELECT * FROM t

$ psql -t -c "SELECT * FROM t"

$ psql -A -c "SELECT * FROM t"

$ psql -At -c "SELECT id, name FROM t WHERE id <> 2"

$ psql -tA -F , -c "SELECT id, price FROM t"

$ psql -A -F ';' -R '|' -c "SELECT id, price FROM t"

$ psql --csv -c "SELECT * FROM t"

$ psql -x -c "SELECT * FROM t"

$ psql -x -t -c "SELECT id FROM t"

$ psql -xA -c "SELECT id, price FROM t"

$ psql -H -c "SELECT id, price FROM t WHERE id = 1"

$ psql -P null=NULL -c "SELECT * FROM t"

$ psql -P border=2 -c "SELECT id, price FROM t"

$ psql -P border=0 -c "SELECT id, price FROM t"

$ psql -P footer=off -c "SELECT id FROM t"

$ psql -P format=wrapped -c "SELECT id FROM t"

$ psql -P nope=1 -c "SELECT 1"

$ psql -q -c "UPDATE t SET id = id"

$ psql -c "SELECT 1 AS a" -c "SELECT 2 AS b"

$ psql -c "SELECT 1; SELECT 2"

$ psql -c "SELECT nope" -c "SELECT 2 AS b"

$ psql -v ON_ERROR_STOP=1 -c "SELECT nope" -c "SELECT 2 AS b"

$ psql -v ON_ERROR_STOP=1
SELECT 1 AS a;
SELECT nope;
SELECT 2 AS b;

$ psql
SELECT 1 AS a;
SELECT nope;
SELECT 2 AS b

@ a.sql
CREATE TABLE f (x int);
INSERT INTO f VALUES (1), (2);
SELECT sum(x) FROM f;
SELECT oops;
SELECT count(*)
  FROM f;

$ psql -f a.sql

$ psql -v ON_ERROR_STOP=1 -f a.sql

$ psql -f nope.sql

$ psql -q -f a.sql -o out.txt

$ psql
\i a.sql
\i nope.sql

$ psql -v tbl=t -v n=2
SELECT count(*) FROM :tbl WHERE id >= :n;
SELECT :'tbl' AS s;
SELECT :missing;

$ psql
\set x 5
SELECT :x + 1 AS six;
\set
\unset x
\echo done :x

$ psql
\pset null (null)
SELECT NULL AS n;
\x
SELECT 1 AS a, 2 AS b;
\x
\t
SELECT 1 AS a;
\a
SELECT 1 AS a;
\t on
\pset format csv
SELECT 1 AS a, 'x,y' AS b;

$ psql
\timing
SELECT 1;
\timing off

$ psql
\conninfo

$ psql
SELECT 1 \gx
SELECT 2 AS two \g
SELECT 'a' AS col, 5 AS v \gset
\echo :col :v

$ psql
-- a comment
SELECT 1 /* inner */ AS a; -- tail
SELECT ';' AS semi, 'a''b' AS q;
SELECT 1; SELECT 2;

$ psql
\nope
\d nope
\dt nope
\q
SELECT 1;

$ psql -c "\dt"

$ psql -c "\d"

$ psql -c "\d t"

$ psql -c "\dt t"

$ psql -c "\dt nope*"

$ psql -c "\d nope"

$ psql -c "\dv"

$ psql -c "\di"

$ psql -c "\ds"

$ psql -c "\df"

$ psql -c "\dx"

$ psql -c "\dT"

$ psql -c "\dn"

$ psql -c "\l template1"

$ psql -At -c "\dt"

$ psql -c "\du postgres"

$ psql -c "\echo hello world"

$ psql --version

$ psql --nope

$ psql -l -At

$ psql -d postgres -c "SELECT 1" extra words

$ psql -e -c "SELECT 1"

$ psql -a
SELECT 1;
\echo x

$ psql -b -c "SELECT nope"

$ psql -L log.txt -c "SELECT 1"

$ psql
\copy t (id, name) TO 'c.csv' CSV HEADER
\copy t TO STDOUT
COPY t TO STDOUT (FORMAT csv, HEADER);
COPY t (id, name) FROM STDIN;
7	seven
8	\N
\.
SELECT * FROM t WHERE id > 6;
COPY (SELECT id FROM t WHERE id < 3) TO STDOUT WITH CSV;
COPY nope TO STDOUT;

$ psql
PREPARE q (int) AS SELECT $1 + 1 AS r;
EXECUTE q(4);
DEALLOCATE q;
EXECUTE q(4);

$ psql
\if true
SELECT 1 AS yes;
\else
SELECT 2 AS no;
\endif

$ psql
\warn to stderr
\qecho to output
\o o.txt
SELECT 1;
\o
SELECT 2 AS back;

$ psql
SELECT 'x' AS "Mixed", 1 AS "with space";
SELECT "id" FROM "t" WHERE "id" = 1;
SELECT "Id" FROM t;

$ psql
SELECT 'é' AS uni, '日本' AS wide;

$ psql
SELECT
 1
 +
 'x'::int;
SELECT *
FROM t
WHERE nope = 1;

$ psql -c ""

$ psql -c ";"

$ psql -c "   "

$ psql -c "SELECT 1 AS a;;"

$ psql
\watch
\g
\p
SELECT 1
\p
\r
\g
\encoding
\password

$ psql -c "LISTEN x"

$ psql
\errverbose
SELECT 1/0;
\echo :ERROR :SQLSTATE :ROW_COUNT
\set VERBOSITY verbose
SELECT 1/0;
