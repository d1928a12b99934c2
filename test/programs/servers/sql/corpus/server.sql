== transactions
CREATE TABLE acc (id int PRIMARY KEY, amount int CHECK (amount >= 0)); INSERT INTO acc VALUES (1, 100), (2, 50)

$ psql
BEGIN;
UPDATE acc SET amount = amount - 30 WHERE id = 1;
UPDATE acc SET amount = amount + 30 WHERE id = 2;
COMMIT;
SELECT * FROM acc ORDER BY id;

$ psql
BEGIN;
DELETE FROM acc;
SELECT count(*) FROM acc;
ROLLBACK;
SELECT count(*) FROM acc;

$ psql
BEGIN;
UPDATE acc SET amount = -1 WHERE id = 1;
SELECT 1;
COMMIT;
SELECT * FROM acc ORDER BY id;

$ psql
BEGIN;
INSERT INTO acc VALUES (3, 3);
SAVEPOINT a;
INSERT INTO acc VALUES (4, 4);
ROLLBACK TO SAVEPOINT a;
INSERT INTO acc VALUES (5, 5);
RELEASE SAVEPOINT a;
COMMIT;
SELECT id FROM acc ORDER BY id;

$ psql
BEGIN;
SAVEPOINT a;
SELECT nope;
ROLLBACK TO a;
SELECT 'fine' AS x;
END;

COMMIT

ROLLBACK

$ psql
BEGIN;
BEGIN;
COMMIT;

$ psql
START TRANSACTION;
CREATE TABLE temp1 (x int);
ROLLBACK;
SELECT * FROM temp1;

BEGIN; INSERT INTO acc VALUES (9, 9); SELECT 1/0; COMMIT

SELECT count(*) FROM acc WHERE id = 9

INSERT INTO acc VALUES (10, 1); INSERT INTO acc VALUES (10, 2)

SELECT count(*) FROM acc WHERE id = 10

$ psql -1 -c "INSERT INTO acc VALUES (11, 1)" -c "INSERT INTO acc VALUES (1, 2)"

SELECT count(*) FROM acc WHERE id = 11

SAVEPOINT x

$ psql
BEGIN;
ROLLBACK TO nope;
ROLLBACK;

$ psql
BEGIN ISOLATION LEVEL SERIALIZABLE;
SHOW transaction_isolation;
COMMIT;
SET TRANSACTION READ ONLY;

$ psql
BEGIN READ ONLY;
INSERT INTO acc VALUES (77, 1);
ROLLBACK;

== views and indexes
CREATE TABLE p (id int PRIMARY KEY, name text, price numeric(8,2), stock int DEFAULT 0); INSERT INTO p VALUES (1, 'pen', 1.5, 10), (2, 'book', 12, 0)

CREATE VIEW cheap AS SELECT id, name FROM p WHERE price < 5

SELECT * FROM cheap

CREATE VIEW cheap AS SELECT 1

CREATE OR REPLACE VIEW cheap AS SELECT id, name, price FROM p WHERE price < 6

SELECT * FROM cheap

\d cheap

\dv

DROP TABLE p

INSERT INTO cheap (id, name, price) VALUES (3, 'cap', 2)

SELECT * FROM p ORDER BY id

DROP VIEW cheap

CREATE INDEX idx_name ON p (name)

CREATE INDEX ON p (price)

CREATE UNIQUE INDEX p_name_u ON p (lower(name))

CREATE INDEX idx_name ON p (name)

CREATE INDEX IF NOT EXISTS idx_name ON p (name)

CREATE INDEX bad ON p (nope)

INSERT INTO p VALUES (9, 'PEN', 1)

\d p

\di

DROP INDEX idx_name

DROP INDEX nope

CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM p

SELECT * FROM mv

INSERT INTO p VALUES (4, 'four', 4)

SELECT * FROM mv

REFRESH MATERIALIZED VIEW mv

SELECT * FROM mv

CREATE SEQUENCE s START 5 INCREMENT 2

SELECT nextval('s'), nextval('s')

SELECT nextval('nope')

\ds

DROP SEQUENCE s

CREATE SCHEMA shop

CREATE SCHEMA shop

CREATE TABLE shop.items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n text)

INSERT INTO shop.items (n) VALUES ('a'), ('b') RETURNING id

INSERT INTO shop.items (id, n) VALUES (5, 'c')

SELECT * FROM shop.items

SELECT * FROM items

\d shop.items

\dt shop.*

\dn

$ psql
SET search_path TO shop;
SELECT count(*) FROM items;
SHOW search_path;

DROP SCHEMA shop

DROP SCHEMA shop CASCADE

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')

CREATE TABLE person (name text, m mood)

INSERT INTO person VALUES ('a', 'happy'), ('b', 'sad')

INSERT INTO person VALUES ('c', 'angry')

SELECT * FROM person ORDER BY m

\d person

CREATE TABLE gen (a int, b int GENERATED ALWAYS AS (a * 2) STORED)

INSERT INTO gen (a) VALUES (4) RETURNING *

COMMENT ON TABLE p IS 'products'

\dt+ nothing

CREATE EXTENSION IF NOT EXISTS "uuid-ossp"

CREATE EXTENSION nope

CREATE FUNCTION add(a int, b int) RETURNS int AS 'SELECT a + b' LANGUAGE sql

SELECT add(1, 2)

DO $$ BEGIN RAISE NOTICE 'hi'; END $$

CREATE TEMP TABLE tt (x int); INSERT INTO tt VALUES (1); SELECT * FROM tt

SELECT * FROM tt

VACUUM

VACUUM ANALYZE p

ANALYZE

CHECKPOINT

== roles
CREATE ROLE app LOGIN PASSWORD 'x'

CREATE USER reader WITH PASSWORD 'r'

CREATE ROLE app

CREATE ROLE plain NOLOGIN

CREATE TABLE secret (id int); INSERT INTO secret VALUES (1)

\du

$ psql -U app -d "$DB" -c "SELECT * FROM secret"

$ psql -U plain -d "$DB" -c "SELECT 1"

$ psql -U nobody -d "$DB" -c "SELECT 1"

GRANT SELECT ON secret TO app

$ psql -U app -d "$DB" -c "SELECT * FROM secret"

$ psql -U app -d "$DB" -c "INSERT INTO secret VALUES (2)"

$ psql -U app -d "$DB" -c "CREATE TABLE mine (x int)"

$ psql -U app -d "$DB" -c "DROP TABLE secret"

$ psql -U app -d "$DB" -c "CREATE ROLE z"

$ psql -U app -d "$DB" -c "CREATE DATABASE zdb"

GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO app

$ psql -U app -d "$DB" -c "UPDATE secret SET id = 5" -c "SELECT current_user, session_user"

\dp secret

REVOKE ALL ON secret FROM app

$ psql -U app -d "$DB" -c "SELECT * FROM secret"

GRANT CREATE ON SCHEMA public TO app

$ psql -U app -d "$DB" -c "CREATE TABLE mine (x int)" -c "INSERT INTO mine VALUES (1)"

\dt

GRANT plain TO app

GRANT SELECT ON secret TO plain

$ psql -U app -d "$DB" -c "SELECT count(*) FROM secret"

$ psql -c "SET ROLE plain" -c "SELECT current_user" -c "DELETE FROM secret"

GRANT SELECT ON nope TO app

GRANT SELECT ON secret TO nope

ALTER ROLE app CREATEDB

ALTER USER nope WITH PASSWORD 'x'

ALTER USER app WITH SUPERUSER

\du app

ALTER USER app NOSUPERUSER

DROP ROLE app

DROP OWNED BY app

DROP ROLE app

DROP ROLE reader, plain

DROP ROLE nope

DROP ROLE IF EXISTS nope

\du

DROP ROLE plain

== databases
CREATE DATABASE shopdb

CREATE DATABASE shopdb

CREATE DATABASE "Mixed Case"

\l shopdb

$ psql -d shopdb -c "CREATE TABLE t (x int)" -c "\dt"

$ psql -d nope -c "SELECT 1"

$ psql
\c shopdb
SELECT current_database();
\c nope
SELECT current_database();

DROP DATABASE shopdb

DROP DATABASE shopdb

DROP DATABASE IF EXISTS shopdb

DROP DATABASE "Mixed Case"

$ createdb made

$ createdb made

$ psql -d made -c "CREATE TABLE items (id serial PRIMARY KEY, name varchar(10) NOT NULL DEFAULT 'x', tags text[])" -c "INSERT INTO items (name) VALUES ('a'), (E'tab\there')" -c "CREATE INDEX i ON items (name)" -c "CREATE VIEW v AS SELECT name FROM items"

$ pg_dump made

$ pg_dump -s made

$ pg_dump -a made

$ pg_dump -t items --inserts made

$ dropdb made

$ dropdb made

$ dropdb --if-exists made

$ createuser worker

$ createuser worker

$ dropuser worker

$ dropuser worker

$ pg_isready

SELECT current_database() = 'postgres'

SELECT current_setting('server_version') LIKE '15.%(Debian 15.%'

SHOW max_connections

SHOW nope

SET work_mem = '8MB'

SET nope = 1

$ psql
SET statement_timeout = 5000;
SHOW statement_timeout;
RESET statement_timeout;
SHOW statement_timeout;

SELECT current_setting('max_connections')

== catalogue
CREATE TABLE a (id serial PRIMARY KEY, n varchar(5) NOT NULL, v numeric(5,1) DEFAULT 1.5, b bool); CREATE VIEW w AS SELECT n FROM a

SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1

SELECT column_name, data_type, is_nullable, column_default, character_maximum_length FROM information_schema.columns WHERE table_name = 'a' ORDER BY ordinal_position

SELECT constraint_name, constraint_type FROM information_schema.table_constraints WHERE table_name = 'a' AND constraint_type <> 'CHECK'

SELECT table_name, column_name, constraint_name FROM information_schema.key_column_usage WHERE table_name = 'a' ORDER BY 1

SELECT schemaname, tablename, tableowner, hasindexes FROM pg_tables WHERE schemaname = 'public'

SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname != 'pg_catalog' AND schemaname != 'information_schema'

SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'a'

SELECT datname FROM pg_database WHERE datistemplate = false AND datname = 'postgres'

SELECT rolname, rolsuper, rolcanlogin FROM pg_roles WHERE rolname NOT LIKE 'pg\_%' ORDER BY 1

SELECT usename, usesuper FROM pg_user

SELECT relname, relkind FROM pg_class WHERE relname IN ('a', 'w', 'a_id_seq', 'a_pkey') ORDER BY 1

SELECT nspname FROM pg_namespace WHERE nspname = 'public'

SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT LIKE 'pg_t%' ORDER BY 1

SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()

SELECT usename, state FROM pg_stat_activity WHERE pid = pg_backend_pid()

SELECT name, setting FROM pg_settings WHERE name = 'max_connections'

SELECT extname FROM pg_extension

SELECT 'a'::regclass, to_regclass('nope') IS NULL

SELECT attname FROM pg_attribute WHERE attrelid = 'a'::regclass AND attnum > 0 ORDER BY attnum

SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'

SELECT count(*) FROM nope.x

SELECT * FROM information_schema.nope

SELECT pg_is_in_recovery(), current_schema(), pg_size_pretty(10485760::bigint)

SELECT pg_terminate_backend(0)

SELECT pg_sleep(0)

SELECT version() LIKE 'PostgreSQL 15%', inet_server_addr() IS NULL
