== tables
CREATE TABLE users (id serial PRIMARY KEY, name varchar(20) NOT NULL, email text UNIQUE, age int CHECK (age > 0), active boolean DEFAULT true)

INSERT INTO users (name, email, age) VALUES ('anna', 'a@x', 30), ('ben', 'b@x', 25)

SELECT * FROM users

SELECT id, name, age FROM users ORDER BY age

SELECT * FROM users WHERE active AND age > 26

INSERT INTO users (name, email) VALUES ('eve', 'a@x')

INSERT INTO users (name) VALUES (NULL)

INSERT INTO users (name, age) VALUES ('x', -1)

INSERT INTO users (name, email) VALUES ('eve', 'a@x') ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id, name

INSERT INTO users (name, email) VALUES ('eve', 'a@x') ON CONFLICT DO NOTHING

INSERT INTO users (name, email) VALUES ('eve', 'a@x') ON CONFLICT (age) DO NOTHING

INSERT INTO users (name, age) VALUES ('a name that is longer than twenty', 3)

INSERT INTO users (nope) VALUES (1)

INSERT INTO users VALUES (1, 'dup')

INSERT INTO users (name) VALUES ('a', 'b')

INSERT INTO users (name, age) VALUES ('a')

INSERT INTO users (name, age) VALUES ('carl', 'x')

INSERT INTO users DEFAULT VALUES

UPDATE users SET age = age + 1 WHERE name = 'ben'

UPDATE users SET age = age + 1 RETURNING name, age

UPDATE users SET age = 0

UPDATE users SET nope = 1

UPDATE nope SET x = 1

UPDATE users SET name = upper(name), age = DEFAULT WHERE id = 1 RETURNING *

DELETE FROM users WHERE id = 2 RETURNING *

DELETE FROM users WHERE id = 99

SELECT count(*) FROM users

CREATE TABLE users (id int)

CREATE TABLE IF NOT EXISTS users (id int)

DROP TABLE nope

DROP TABLE IF EXISTS nope

CREATE TABLE copy AS SELECT id, name FROM users

SELECT * FROM copy

CREATE TABLE empty (LIKE users INCLUDING ALL)

SELECT * FROM empty

TRUNCATE users

SELECT * FROM users

INSERT INTO users (name) VALUES ('after') RETURNING id

TRUNCATE users RESTART IDENTITY

INSERT INTO users (name) VALUES ('again') RETURNING id

INSERT INTO copy SELECT id + 10, name || '2' FROM users RETURNING *

SELECT nextval('users_id_seq')

SELECT currval('users_id_seq')

SELECT setval('users_id_seq', 100)

INSERT INTO users (name) VALUES ('hundred') RETURNING id, active

DROP TABLE copy, empty

== alter
CREATE TABLE t (id int, name text)

INSERT INTO t VALUES (1, 'a'), (2, NULL)

ALTER TABLE t ADD COLUMN city text DEFAULT 'Bern'

SELECT * FROM t

ALTER TABLE t ADD COLUMN city text

ALTER TABLE t ADD COLUMN IF NOT EXISTS city text

ALTER TABLE t ALTER COLUMN name SET NOT NULL

UPDATE t SET name = 'b' WHERE name IS NULL

ALTER TABLE t ALTER COLUMN name SET NOT NULL

INSERT INTO t (id) VALUES (3)

ALTER TABLE t ALTER COLUMN city DROP DEFAULT

ALTER TABLE t ALTER COLUMN id TYPE bigint

ALTER TABLE t ALTER COLUMN name TYPE int

ALTER TABLE t ALTER COLUMN name TYPE varchar(5)

ALTER TABLE t RENAME COLUMN city TO town

ALTER TABLE t DROP COLUMN nope

ALTER TABLE t DROP COLUMN IF EXISTS nope

ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY (id)

ALTER TABLE t ADD PRIMARY KEY (name)

ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 1)

ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0)

ALTER TABLE t ADD UNIQUE (name, town)

ALTER TABLE t DROP CONSTRAINT nope

ALTER TABLE t DROP CONSTRAINT positive

\d t

ALTER TABLE t RENAME TO u

SELECT * FROM t

SELECT * FROM u ORDER BY id

ALTER TABLE nope ADD COLUMN x int

ALTER TABLE u ADD COLUMN created date DEFAULT '2024-01-02', ADD COLUMN n int NOT NULL DEFAULT 5

SELECT * FROM u ORDER BY 1

ALTER TABLE u DROP COLUMN town, DROP COLUMN n

\d u

== foreign keys
CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL)

CREATE TABLE books (id int PRIMARY KEY, title text, author_id int REFERENCES authors(id) ON DELETE CASCADE, price numeric(6,2))

CREATE TABLE loans (book_id int REFERENCES books, who text, PRIMARY KEY (book_id, who))

INSERT INTO authors VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cy')

INSERT INTO books VALUES (1, 'One', 1, 9.5), (2, 'Two', 1, 20), (3, 'Three', 2, 5), (4, 'None', NULL, NULL)

INSERT INTO loans VALUES (1, 'zoe'), (3, 'zoe'), (3, 'max')

INSERT INTO books VALUES (5, 'Bad', 99, 1)

UPDATE books SET author_id = 77 WHERE id = 1

DELETE FROM books WHERE id = 1

DROP TABLE authors

TRUNCATE authors

TRUNCATE books

DELETE FROM authors WHERE id = 3

UPDATE authors SET id = 9 WHERE id = 1

\d authors

\d books

\d loans

DROP TABLE books CASCADE

\d loans

CREATE TABLE bad (x int REFERENCES nope(id))

CREATE TABLE bad (x int REFERENCES loans(nope))

CREATE TABLE bad (x text REFERENCES authors(id))

CREATE TABLE kids (id int PRIMARY KEY, parent int REFERENCES kids(id) ON DELETE SET NULL ON UPDATE CASCADE)

INSERT INTO kids VALUES (1, NULL), (2, 1), (3, 2)

UPDATE kids SET id = 10 WHERE id = 1

DELETE FROM kids WHERE id = 10

SELECT * FROM kids ORDER BY id

CREATE TABLE pair (a int, b int, UNIQUE (a, b), CHECK (a < b), CONSTRAINT low CHECK (a >= 0))

INSERT INTO pair VALUES (1, 2), (1, 3)

INSERT INTO pair VALUES (1, 2)

INSERT INTO pair VALUES (3, 2)

INSERT INTO pair VALUES (-3, 2)

INSERT INTO pair VALUES (NULL, NULL), (NULL, NULL)

\d pair
