import { neon, neonConfig } from "@neondatabase/serverless";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SqlBackend } from "../../scripts/local/sql/backend.ts";
import { openPglite } from "../../scripts/local/sql/pglite.ts";
import { postgresBackend } from "../../scripts/local/sql/postgres.ts";
import { type SqlEndpoint, startSqlEndpoint } from "../../scripts/local/sql-endpoint.ts";

// The suite creates its own table, which the application's role is not allowed to do.
const databaseUrl = process.env["DATABASE_ADMIN_URL"] ?? process.env["DATABASE_URL"];

testSqlEndpoint("PGlite", () => openPglite());
if (databaseUrl) testSqlEndpoint("PostgreSQL", async () => postgresBackend(databaseUrl));
else describe.skip("SQL endpoint in front of PostgreSQL: DATABASE_URL is not set", () => {});

/** The behaviour that the Worker's driver needs from every database. */
function testSqlEndpoint(name: string, open: () => Promise<SqlBackend>): void {
  describe(`SQL endpoint in front of ${name}`, () => {
    let backend: SqlBackend;
    let endpoint: SqlEndpoint;
    let sql: ReturnType<typeof neon<false, true>>;

    beforeAll(async () => {
      backend = await open();
      endpoint = await startSqlEndpoint({ backend });
      neonConfig.fetchEndpoint = endpoint.fetchEndpoint;
      sql = neon(endpoint.connectionString, { fullResults: true });
    });
    afterAll(async () => {
      await backend.script("drop table if exists shell");
      await endpoint.close();
      await backend.close();
    });
    beforeEach(async () => {
      await backend.script("drop table if exists shell; create table shell (id int primary key, body text not null)");
    });

    it("answers a query with rows and column types that the driver understands", async () => {
      const result = await sql.query("select $1::int as n, $2::text as t, null as nothing, now() as at", [7, "seven"]);
      expect(result.rows).toEqual([{ n: 7, t: "seven", nothing: null, at: expect.any(Date) }]);
      expect(result).toMatchObject({ command: "SELECT", rowCount: 1 });
    });

    it("counts the changed rows of a statement", async () => {
      const result = await sql.query("insert into shell values (1, 'a'), (2, 'b')");
      expect(result).toMatchObject({ command: "INSERT", rowCount: 2, rows: [] });
    });

    it("has the same answer when a statement is repeated, now prepared", async () => {
      const ask = () => sql.query("select $1::int + 1 as next", [41]);
      expect((await ask()).rows).toEqual([{ next: 42 }]);
      expect((await ask()).rows).toEqual([{ next: 42 }]);
    });

    it("keeps text as it is: quotes, line ends, characters outside the basic plane, a megabyte", async () => {
      for (const text of [`it's "so"\n\\x`, "𝄞 ü", "", "x".repeat(1_000_000)]) {
        expect((await sql.query("select $1::text as t", [text])).rows).toEqual([{ t: text }]);
      }
    });

    it("runs a batch as one transaction: everything, or nothing", async () => {
      const both = await sql.transaction((tx) => [
        tx.query("insert into shell values (1, 'a')"),
        tx.query("select count(*)::int as n from shell"),
      ]);
      expect(both[1]).toMatchObject({ rows: [{ n: 1 }] });

      const duplicate = sql.transaction((tx) => [
        tx.query("insert into shell values (2, 'b')"),
        tx.query("insert into shell values (1, 'again')"),
      ]);
      await expect(duplicate).rejects.toMatchObject({ code: "23505", constraint: "shell_pkey" });
      expect((await sql.query("select id from shell")).rows).toEqual([{ id: 1 }]);
    });

    it("forwards the isolation level and the read-only flag", async () => {
      const [level, readOnly] = await sql.transaction(
        (tx) => [tx.query("show transaction_isolation"), tx.query("show transaction_read_only")],
        { isolationLevel: "Serializable", readOnly: true },
      );
      expect(level?.rows).toEqual([{ transaction_isolation: "serializable" }]);
      expect(readOnly?.rows).toEqual([{ transaction_read_only: "on" }]);
    });

    it("reports SQLSTATE, message and constraint of an error, and continues", async () => {
      await expect(sql.query("select nonsense from shell")).rejects.toMatchObject({ code: "42703" });
      await expect(sql.query("insert into shell values ($1, null)", [1])).rejects.toMatchObject({
        code: "23502",
        column: "body",
      });
      await expect(sql.query("select 1 / $1::int", [0])).rejects.toMatchObject({ code: "22012" });
      expect((await sql.query("select 1 / $1::int as one", [1])).rows).toEqual([{ one: 1 }]);
    });

    it("leaves no transaction open after a failed batch", async () => {
      await expect(sql.transaction((tx) => [tx.query("select 1"), tx.query("select 1 / 0")])).rejects.toThrow();
      await sql.query("insert into shell values (9, 'later')");
      expect((await sql.query("select id from shell")).rows).toEqual([{ id: 9 }]);
    });

    it("sees a changed schema in statements that were prepared before", async () => {
      const read = () => sql.query("select * from shell");
      await sql.query("insert into shell values (1, 'a')");
      expect((await read()).rows).toEqual([{ id: 1, body: "a" }]);
      await sql.query("alter table shell add column colour text default 'grey'");
      expect((await read()).rows).toEqual([{ id: 1, body: "a", colour: "grey" }]);
    });

    it("refuses clients without the password", async () => {
      const stranger = new URL(endpoint.connectionString);
      stranger.password = "guess";
      await expect(neon(stranger.href).query("select 1")).rejects.toMatchObject({ code: undefined });
      const bare = await fetch(endpoint.fetchEndpoint, { method: "POST", body: '{"query":"select 1"}' });
      expect(bare.status).toBe(401);
    });

    it("refuses an invalid request", async () => {
      const headers = { "neon-connection-string": endpoint.connectionString };
      for (const body of ["", "[]", "null", '{"query":1}', '{"queries":[{"query":"select 1"},{}]}']) {
        const response = await fetch(endpoint.fetchEndpoint, { method: "POST", headers, body });
        expect(response.status).toBe(400);
      }
    });
  });
}
