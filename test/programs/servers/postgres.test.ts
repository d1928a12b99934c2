import { describe, expect, it } from "vitest";
import { file } from "../../../src/images/tree.ts";
import { Container } from "./container.ts";

function started(options: ConstructorParameters<typeof Container>[1] = {}): Container {
  return new Container("postgres:16", { env: { POSTGRES_PASSWORD: "secret" }, ...options });
}

/** Output and errors of psql. */
function psql(server: Container, sql: string, ...args: string[]): string {
  const { out, err } = server.exec(["psql", "-U", "postgres", ...args, "-c", sql]);
  return out + err;
}

describe("postgres", () => {
  it("ends without a password, in the image's words", () => {
    const server = new Container("postgres:16");
    expect(server.status).toBe(1);
    expect(server.err).toBe(
      "Error: Database is uninitialized and superuser password is not specified.\n" +
        "       You must specify POSTGRES_PASSWORD to a non-empty value for the\n" +
        '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n' +
        '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n' +
        "       connections without a password. This is *not* recommended.\n\n" +
        '       See PostgreSQL documentation about "trust":\n' +
        "       https://www.postgresql.org/docs/current/auth-trust.html\n",
    );
  });

  it("initializes its directory, becomes ready, and keeps rows in the directory", () => {
    const first = started();
    expect(first.status).toBeUndefined();
    expect(first.log).toContain("PostgreSQL init process complete; ready for start up.\n");
    expect(first.err).toMatch(/UTC \[1\] LOG: {2}database system is ready to accept connections\n$/);
    expect([...first.ports]).toEqual([5432]);
    expect(psql(first, "CREATE TABLE t (id serial PRIMARY KEY, name text)")).toBe("CREATE TABLE\n");
    expect(psql(first, "INSERT INTO t (name) VALUES ('a'), ('b')")).toBe("INSERT 0 2\n");
    expect(first.send("INT").status).toBe(0);
    expect(first.err).toContain("received fast shutdown request");
    const entries = [...first.files.entries].filter(([path]) => path.startsWith("/var/lib/postgresql/data/"));
    const second = started({ files: Object.fromEntries(entries), env: {} });
    expect(second.out).toContain(
      "PostgreSQL Database directory appears to contain a database; Skipping initialization",
    );
    expect(psql(second, "SELECT * FROM t")).toBe(" id | name \n----+------\n  1 | a\n  2 | b\n(2 rows)\n\n");
    expect(psql(started(), "SELECT * FROM t")).toContain(
      'ERROR:  relation "t" does not exist\nLINE 1: SELECT * FROM t\n                      ^\n',
    );
  });

  it("refuses a directory with other files", () => {
    const server = started({ files: { "/var/lib/postgresql/data/lost+found": file("") } });
    expect(server.status).toBe(1);
    expect(server.err).toContain('initdb: error: directory "/var/lib/postgresql/data" exists but is not empty\n');
  });

  it("asks remote clients for the password, and no local ones", () => {
    const server = started();
    const remote = (password: string, ...args: string[]) => {
      server.env["PGPASSWORD"] = password;
      const { out, err, status } = server.exec(["psql", "-h", "db", "-U", "postgres", "-Atc", "SELECT 1", ...args]);
      return `${status} ${out}${err}`;
    };
    expect(remote("secret")).toBe("0 1\n");
    expect(remote("wrong")).toBe(
      '2 psql: error: connection to server at "db" (10.244.1.5), port 5432 failed: FATAL:  password authentication failed for user "postgres"\n',
    );
    expect(remote("", "-w")).toContain("fe_sendauth: no password supplied");
    expect(remote("secret", "-d", "shop")).toContain('FATAL:  database "shop" does not exist');
    expect(server.exec(["psql", "-c", "SELECT 1"]).err).toContain('FATAL:  role "root" does not exist');
    expect(server.exec(["pg_isready"]).out).toBe("/var/run/postgresql:5432 - accepting connections\n");
  });

  it("prints the words of psql for a server that does not answer", () => {
    const server = started();
    const refused = () => ({ type: "failed", why: "refused", address: "10.96.0.7", afterMs: 1 }) as const;
    const { err, status } = server.exec(["psql", "-h", "db", "-U", "a", "-c", "SELECT 1"], refused);
    expect(status).toBe(2);
    expect(err).toBe(
      'psql: error: connection to server at "db" (10.96.0.7), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n',
    );
    const unknown = server.exec(["psql", "-h", "nope", "-c", "SELECT 1"], () => ({
      type: "failed",
      why: "unknownName",
      afterMs: 1,
    }));
    expect(unknown.err).toBe(
      'psql: error: could not translate host name "nope" to address: Name or service not known\n',
    );
  });

  it("runs scripts of its input, rolls transactions back, and stops at errors on request", () => {
    const server = started();
    const script =
      "CREATE TABLE a (x int);\nBEGIN;\nINSERT INTO a VALUES (1);\nROLLBACK;\nINSERT INTO a\nVALUES (2);\nSELECT * FROM nope;\nSELECT sum(x) FROM a;\n";
    const { out, err, status } = server.exec(["psql", "-U", "postgres"], undefined, script);
    expect(out).toBe("CREATE TABLE\nBEGIN\nINSERT 0 1\nROLLBACK\nINSERT 0 1\n sum \n-----\n   2\n(1 row)\n\n");
    expect(err).toContain('ERROR:  relation "nope" does not exist');
    expect(status).toBe(0);
    const stopped = server.exec(["psql", "-U", "postgres", "-v", "ON_ERROR_STOP=1"], undefined, script);
    expect(stopped.status).toBe(3);
  });

  it("describes databases and tables", () => {
    const server = started({ env: { POSTGRES_PASSWORD: "x", POSTGRES_USER: "app", POSTGRES_DB: "shop" } });
    const ask = (sql: string) => server.exec(["psql", "-U", "app", "-d", "shop", "-c", sql]).out;
    ask(
      "CREATE TABLE users (id serial PRIMARY KEY, mail varchar(50) UNIQUE NOT NULL, age int CHECK (age > 0) DEFAULT 1)",
    );
    expect(ask("\\dt")).toBe(
      "       List of relations\n Schema | Name  | Type  | Owner \n--------+-------+-------+-------\n public | users | table | app\n(1 row)\n\n",
    );
    expect(ask("\\l")).toContain(" shop      | app   | UTF8");
    const facts = ask("\\d users");
    expect(facts).toContain(" mail   | character varying(50) |           | not null | \n");
    expect(facts).toContain('    "users_pkey" PRIMARY KEY, btree (id)\n');
    expect(facts).toContain('    "users_age_check" CHECK (age > 0)\n');
    const dump = server.exec(["pg_dump", "-U", "app", "shop"]).out;
    expect(dump).toContain("COPY public.users (id, mail, age) FROM stdin;\n\\.\n");
    ask("INSERT INTO users (mail) VALUES ('a@b')");
    const full = server.exec(["pg_dump", "-U", "app", "shop"]).out;
    expect(server.exec(["createdb", "-U", "app", "copy"]).status).toBe(0);
    expect(server.exec(["psql", "-q", "-U", "app", "-d", "copy"], undefined, full).err).toBe("");
    expect(server.exec(["psql", "-U", "app", "-d", "copy", "-Atc", "SELECT * FROM users"]).out).toBe("1|a@b|1\n");
  });
});
