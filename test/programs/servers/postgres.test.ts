import { describe, expect, it } from "vitest";
import { directory, file } from "../../../src/images/tree.ts";
import { Container } from "./container.ts";

const ENV = { POSTGRES_PASSWORD: "secret" };

function psql(server: Container, sql: string, ...flags: string[]): string {
  const { out, err } = server.exec(["psql", "-U", "postgres", ...flags, "-c", sql], (question) =>
    local(server, question),
  );
  return out + err;
}

/** The client runs in the server's pod. */
function local(server: Container, question: Parameters<Container["asNetwork"]>[0]) {
  return server.asNetwork(question, "127.0.0.1");
}

const shared = new Container("postgres:16", { env: ENV });

describe("postgres", () => {
  it("ends with its words when no password is set", () => {
    const server = new Container("postgres:16");
    expect(server.status).toBe(1);
    expect(server.err).toMatch(
      /^Error: Database is uninitialized and superuser password is not specified\.\n {7}You must specify POSTGRES_PASSWORD/,
    );
  });

  it("initializes an empty folder, and starts on its data the next time", () => {
    const first = new Container("postgres:16", {
      env: { ...ENV, POSTGRES_DB: "app" },
      files: { "/docker-entrypoint-initdb.d/a.sql": file("CREATE TABLE t (n int); INSERT INTO t VALUES (7);") },
    });
    expect(first.out).toContain("PostgreSQL init process complete; ready for start up.");
    expect(first.err).toContain("LOG:  database system is ready to accept connections");
    expect(psql(first, "SELECT n FROM t", "-d", "app", "-t", "-A")).toBe("7\n");
    const second = new Container("postgres:16", { env: ENV, files: Object.fromEntries(first.files.entries) });
    expect(second.out).toContain("Skipping initialization");
    expect(psql(second, "SELECT n FROM t", "-d", "app", "-t", "-A")).toBe("7\n");
  });

  it("refuses a folder that holds something else", () => {
    const server = new Container("postgres:16", {
      env: ENV,
      files: { "/var/lib/postgresql/data": directory(), "/var/lib/postgresql/data/lost+found": directory() },
    });
    expect(server.status).toBe(1);
    expect(server.err).toContain('initdb: error: directory "/var/lib/postgresql/data" exists but is not empty');
  });

  it.each(
    [
      [
        "CREATE TABLE users (id serial PRIMARY KEY, name varchar(20) NOT NULL, email text UNIQUE, age int CHECK (age > 0), created timestamptz DEFAULT now())",
        "CREATE TABLE\n",
      ],
      ["INSERT INTO users (name, email, age) VALUES ('anna', 'a@x', 30), ('ben', 'b@x', 25)", "INSERT 0 2\n"],
      [
        "SELECT id, name, age FROM users ORDER BY age",
        " id | name | age \n----+------+-----\n  2 | ben  |  25\n  1 | anna |  30\n(2 rows)\n\n",
      ],
      [
        "SELECT count(*), avg(age), max(name) FROM users",
        " count |         avg         | max \n-------+---------------------+-----\n     2 | 27.5000000000000000 | ben\n(1 row)\n\n",
      ],
      [
        "INSERT INTO users (name, email) VALUES ('eve', 'a@x')",
        'ERROR:  duplicate key value violates unique constraint "users_email_key"\nDETAIL:  Key (email)=(a@x) already exists.\n',
      ],
      [
        "INSERT INTO users (name) VALUES (NULL)",
        /^ERROR: {2}null value in column "name" of relation "users" violates not-null constraint\nDETAIL: {2}Failing row contains \(4, null, null, null, 2026-05-01 /,
      ],
      [
        "INSERT INTO users (name, age) VALUES ('x', -1)",
        /^ERROR: {2}new row for relation "users" violates check constraint "users_age_check"/,
      ],
      [
        "INSERT INTO users (name, email) VALUES ('eve', 'a@x') ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id, name",
        " id | name \n----+------\n  1 | eve\n(1 row)\n\nINSERT 0 1\n",
      ],
      ["UPDATE users SET age = age + 1 WHERE name = 'ben'", "UPDATE 1\n"],
      [
        "SELECT upper(name) AS up, age FROM users WHERE age BETWEEN 20 AND 29 AND name LIKE 'b%'",
        " up  | age \n-----+-----\n BEN |  26\n(1 row)\n\n",
      ],
      [
        "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users(id) ON DELETE CASCADE, total numeric(10,2))",
        "CREATE TABLE\n",
      ],
      ["INSERT INTO orders VALUES (1, 1, 9.5), (2, 1, 20), (3, 2, 5)", "INSERT 0 3\n"],
      [
        "INSERT INTO orders VALUES (4, 99, 1)",
        'ERROR:  insert or update on table "orders" violates foreign key constraint "orders_user_id_fkey"\nDETAIL:  Key (user_id)=(99) is not present in table "users".\n',
      ],
      [
        "SELECT u.name, sum(o.total) AS total, count(*) FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name HAVING count(*) > 1 ORDER BY 2 DESC",
        " name | total | count \n------+-------+-------\n eve  |  29.5 |     2\n(1 row)\n\n",
      ],
      [
        "SELECT name FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE total > 10)",
        " name \n------\n ben\n(1 row)\n\n",
      ],
      [
        "SELECT u.name, o.id FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.total > 15 ORDER BY u.id",
        " name | id \n------+----\n eve  |  2\n ben  |   \n(2 rows)\n\n",
      ],
      [
        "WITH big AS (SELECT * FROM orders WHERE total > 6) SELECT count(*) FROM big",
        " count \n-------\n     2\n(1 row)\n\n",
      ],
      [
        "SELECT CASE WHEN total > 10 THEN 'big' ELSE 'small' END AS size, count(*) FROM orders GROUP BY 1 ORDER BY 1",
        " size  | count \n-------+-------\n big   |     1\n small |     2\n(2 rows)\n\n",
      ],
      ["DELETE FROM users WHERE id = 1", "DELETE 1\n"],
      ["SELECT * FROM orders", " id | user_id | total \n----+---------+-------\n  3 |       2 |  5.00\n(1 row)\n\n"],
      ["SELECT * FROM nothing", 'ERROR:  relation "nothing" does not exist\n'],
      ["SELECT wrong FROM users", 'ERROR:  column "wrong" does not exist\n'],
      ["SELEC 1", 'ERROR:  syntax error at or near "SELEC"\nLINE 1: SELEC 1\n        ^\n'],
      ["SELECT 7.0/2, 7/2", / 3\.5\d* +\| +3\n/],
      ["EXPLAIN SELECT 1", /^ERROR: +EXPLAIN is not supported/],
      [
        "SELECT name, count(*) FROM users",
        'ERROR:  column "users.name" must appear in the GROUP BY clause or be used in an aggregate function\n',
      ],
      ["SELECT 1/0", "ERROR:  division by zero\n"],
      ["SELECT 'it''s' || ' ' || 1+1", " ?column? \n----------\n it's 2\n(1 row)\n\n"],
      ["SELECT * FROM generate_series(1, 3) AS n", " n \n---\n 1\n 2\n 3\n(3 rows)\n\n"],
      ["ALTER TABLE users ADD COLUMN city text DEFAULT 'Bern'", "ALTER TABLE\n"],
      ["SELECT city FROM users", " city \n------\n Bern\n(1 row)\n\n"],
      [
        "\\dt",
        "         List of relations\n Schema |  Name  | Type  |  Owner   \n--------+--------+-------+----------\n public | orders | table | postgres\n public | users  | table | postgres\n(2 rows)\n\n",
      ],
      ["BEGIN; DELETE FROM users; ROLLBACK;", "BEGIN\nDELETE 1\nROLLBACK\n"],
      ["SELECT count(*) FROM users", " count \n-------\n     1\n(1 row)\n\n"],
      ["CREATE DATABASE shop", "CREATE DATABASE\n"],
      ["DROP TABLE IF EXISTS none", 'DROP TABLE\nNOTICE:  table "none" does not exist, skipping\n'],
      ["TRUNCATE users CASCADE", "TRUNCATE TABLE\n"],
    ].map(([sql, expected], i) => ({ i, sql: String(sql), expected })),
  )("step $i: $sql", ({ sql, expected }) => {
    const output = psql(shared, sql);
    if (expected instanceof RegExp) expect(output).toMatch(expected);
    else expect(output).toBe(expected ?? "");
  });

  it("reads a script from its input and goes on after an error", () => {
    const input = "CREATE TABLE s (n int);\nINSERT INTO s VALUES (1),\n (2);\nSELECT oops;\nSELECT sum(n) FROM s;\n";
    const { out, err, status } = shared.exec(
      ["psql", "-U", "postgres", "-At"],
      (question) => local(shared, question),
      input,
    );
    expect([out, err, status]).toEqual(["CREATE TABLE\nINSERT 0 2\n3\n", 'ERROR:  column "oops" does not exist\n', 0]);
  });

  it("asks remote clients for their password", () => {
    const login = (...env: string[]) =>
      shared.exec(["psql", `postgres://postgres${env[0] ?? ""}@db:5432/postgres`, "-c", "SELECT 1"], (question) =>
        shared.asNetwork(question),
      );
    expect(login(":secret").status).toBe(0);
    expect(login(":wrong")).toMatchObject({
      status: 2,
      err: 'psql: error: connection to server at "db" (10.244.1.5), port 5432 failed: FATAL:  password authentication failed for user "postgres"\n',
    });
    expect(login().err).toContain("fe_sendauth: no password supplied");
  });

  it("pg_isready tells whether it listens", () => {
    expect(shared.exec(["pg_isready"], (question) => local(shared, question))).toMatchObject({
      out: "/var/run/postgresql:5432 - accepting connections\n",
      status: 0,
    });
    expect(
      shared.exec(["pg_isready", "-h", "db"], () => ({ type: "failed", why: "refused", afterMs: 1 })),
    ).toMatchObject({ out: "db:5432 - no response\n", status: 2 });
  });
});
