/**
 * SQL statements that an injection could run as the application: leave its role, change settings, bypass the policies.
 * They read no row of a tenant without the tenant's secret, and change nothing.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApplicationRoleError, ensureApplicationRole } from "../../scripts/application-role.ts";
import { PostgresError, type SqlBackend } from "../../scripts/local/sql/backend.ts";
import { newCluster, type OpenCluster, START_MS, Writer } from "../contract/fixtures.ts";
import { harnessOn, type TestDatabase } from "./database.ts";

const INSUFFICIENT_PRIVILEGE = "42501";
/** Functions that read beyond a scope and have an owner of their own. */
const OWNERS: Record<string, string> = { sandbar_clean: "sandbar_cleaner" };

const TABLES = [
  ...["organization", "api_key", "base", "cluster", "credential"],
  ...["object", "change", "commit_record", "idempotency", "image"],
];

/** Runs one transaction and rolls it back. Returns the last statement's rows, or the SQLSTATE of the first failure. */
export async function run(backend: SqlBackend, ...statements: string[]): Promise<(string | null)[][] | string> {
  try {
    const queries = [...statements, "ROLLBACK"].map((query) => ({ query }));
    return (await backend.transaction(queries, {})).at(-2)!.rows;
  } catch (error) {
    if (error instanceof PostgresError) return error.fields.code ?? "";
    throw error;
  }
}

export function describeAttacks(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`statements of an attacker as the application on ${name}`, () => {
    let database: TestDatabase;
    let victim: OpenCluster;

    beforeAll(async () => {
      database = await openDatabase();
      victim = await newCluster(harnessOn(database).open({ now: () => START_MS }));
      await new Writer(victim.store).write([{ key: "/secrets/shop/password" }]);
    });
    afterAll(() => database?.close());

    const attack = (...statements: string[]) => run(database.application, ...statements);

    /** Expects that each table looks empty after these statements, and loses no row. */
    async function expectNothing(...before: string[]): Promise<void> {
      for (const table of TABLES) {
        expect(await attack(...before, `SELECT * FROM ${table}`), `${before.at(-1)}: ${table}`).toEqual([]);
        const deleted = await attack(...before, `DELETE FROM ${table} RETURNING 1`);
        expect(["[]", INSUFFICIENT_PRIVILEGE]).toContain(
          typeof deleted === "string" ? deleted : JSON.stringify(deleted),
        );
      }
    }

    test("leaving the role gains nothing", async () => {
      for (const leave of [
        "RESET ROLE",
        "SET ROLE NONE",
        "SELECT set_config('role', 'none', false)",
        "DISCARD PLANS",
      ]) {
        await expectNothing("SET LOCAL ROLE sandbar_app", leave);
      }
    });

    test("no other role can be entered", async () => {
      const { rows } = await database.backend.query({
        query: "SELECT rolname FROM pg_roles WHERE rolname NOT IN ('sandbar_app', 'sandbar_web')",
      });
      const roles = rows.map(([role]) => role!);
      expect(roles).toContain("sandbar_definer");
      for (const role of roles) {
        expect(await attack(`SET ROLE "${role}"`), role).toBe(INSUFFICIENT_PRIVILEGE);
        expect(await attack(`SELECT set_config('role', '${role}', true)`), role).toBe(INSUFFICIENT_PRIVILEGE);
        expect(await attack("SET LOCAL ROLE sandbar_app", `SET ROLE "${role}"`), role).toBe(INSUFFICIENT_PRIVILEGE);
      }
    });

    test("settings give no access without a secret's hash", async () => {
      const { clusterId, tenant } = victim;
      const settings: Record<string, string>[] = [
        { via: "apiKey", secret_hash: "", cluster_id: clusterId },
        { via: "credential", secret_hash: "", cluster_id: clusterId },
        { via: "credential", secret_hash: "guess", cluster_id: clusterId },
        { via: "platform", secret_hash: tenant.id, cluster_id: clusterId },
        { identity: '["cred-1","kubernetes-admin",["system:masters"],"user"]', cluster_id: clusterId },
      ];
      for (const each of settings) {
        const set = Object.entries(each).map(
          ([key, value]) => `SELECT set_config('sandbar.${key}', '${value}', false)`,
        );
        await expectNothing(...set);
        await expectNothing(...set, "RESET ROLE", "SELECT set_config('row_security', 'on', true)");
      }
      expect(await attack("SELECT set_config('row_security', 'off', true)", "SELECT * FROM object")).toBe(
        INSUFFICIENT_PRIVILEGE,
      );
    });

    test("functions of the attacker see no row before the policies do", async () => {
      const leak = `CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
        $$ BEGIN RAISE EXCEPTION 'leaked %', $1 USING ERRCODE = 'LEAKS'; END $$`;
      for (const [table, column] of [
        ["object", "key"],
        ["change", "body"],
        ["credential", "token_hash"],
        ["api_key", "key_hash"],
      ]) {
        expect(await attack(leak, `SELECT * FROM ${table} WHERE pg_temp.leak(${column})`), table).toEqual([]);
      }
    });

    test("tables of the attacker cannot replace tables that a definer's function reads", async () => {
      const { clusterId, tenant } = victim;
      const fake = [
        "CREATE TEMP TABLE api_key (organization_id text, key_hash text)",
        `INSERT INTO pg_temp.api_key VALUES ('${tenant.id}', 'mine')`,
        "SELECT set_config('search_path', 'pg_temp, public', true)",
        "SELECT set_config('sandbar.via', 'apiKey', true), set_config('sandbar.secret_hash', 'mine', true)",
        `SELECT set_config('sandbar.cluster_id', '${clusterId}', true)`,
      ];
      expect(await attack(...fake, "SELECT public.sandbar_scope_organization()")).toEqual([[null]]);
      expect(await attack(...fake, "SELECT public.sandbar_scope_cluster()")).toEqual([[null]]);
      expect(await attack(...fake, "SELECT * FROM public.cluster")).toEqual([]);
    });

    test("an expired credential does not become valid by a setting of the time", async () => {
      const { clusterId, tenant } = victim;
      const expired = { id: "expired", clusterId, user: "u", groups: [], createdAtMs: START_MS, expiresAtMs: START_MS };
      await tenant.organization.createCredential({ ...expired, tokenHash: `expired-${clusterId}` }, null);
      const sync = `SELECT part FROM sandbar_sync('credential', 'expired-${clusterId}', '${clusterId}', 1, NULL, NULL, 9, 9)`;
      expect(await attack(sync), "with a clock for tests").not.toEqual([]);
      await database.owner.script("DROP FUNCTION sandbar_test_clock()");
      try {
        expect(await attack(sync)).toEqual([]);
      } finally {
        await database.owner.script("CREATE FUNCTION sandbar_test_clock() RETURNS void LANGUAGE sql AS ''");
      }
    });

    test("no schema object can be altered, and no other program or file is accessible", async () => {
      for (const statement of [
        "ALTER TABLE object DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE object NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE object OWNER TO sandbar_app",
        "CREATE POLICY mine ON object USING (true)",
        "DROP POLICY own_cluster ON object",
        "DROP TABLE object",
        "TRUNCATE object",
        "CREATE TABLE public.mine (x int)",
        "CREATE FUNCTION public.sandbar_test_clock(int) RETURNS void LANGUAGE sql AS ''",
        "CREATE OR REPLACE FUNCTION sandbar_scope_cluster() RETURNS text LANGUAGE sql AS 'SELECT NULL'",
        "ALTER FUNCTION sandbar_scope_cluster() VOLATILE",
        "GRANT sandbar_definer TO sandbar_app",
        "CREATE ROLE mine",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_shadow",
        "SELECT * FROM sandbar_migrations",
        "SELECT * FROM sandbar_functions",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT lo_import('/etc/passwd')",
      ]) {
        expect(await attack(statement), statement).toBe(INSUFFICIENT_PRIVILEGE);
      }
      expect(await attack("SELECT * FROM pg_stats WHERE schemaname = 'public' AND tablename <> 'x'")).toEqual([]);
    });

    test("a definer's function has an owner with few rights, a fixed search_path, and few callers", async () => {
      const { rows } = await database.backend.query({
        query: `SELECT proname, pg_get_userbyid(proowner), array_to_string(proconfig, ';'),
                  has_function_privilege('public', oid, 'EXECUTE')
                FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname`,
      });
      expect(rows.length).toBeGreaterThan(3);
      for (const [name, owner, settings, isPublic] of rows) {
        expect([name, owner, isPublic]).toEqual([name, OWNERS[name!] ?? "sandbar_definer", "f"]);
        expect(settings, name!).toMatch(/search_path=pg_catalog(, public, pg_temp)?$/);
      }
      const rights = await database.backend.query({
        query:
          "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = 'sandbar_definer'",
      });
      expect(rights.rows).toEqual([["f", "f", "f", "f"]]);
    });

    test("the tables' owner sees no row without a scope, unless it is a superuser", async () => {
      const forced = await database.backend.query({
        query: `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                AND relname NOT IN ('sandbar_migrations', 'sandbar_functions') AND NOT (relrowsecurity AND relforcerowsecurity)`,
      });
      expect(forced.rows).toEqual([]);
      const superuser = await run(database.owner, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
      if (JSON.stringify(superuser) === '[["t"]]') return;
      for (const table of TABLES) expect(await run(database.owner, `SELECT * FROM ${table}`), table).toEqual([]);
    });

    test("a role with more rights is not accepted as the application", async () => {
      const names = ["sandbar_definer"];
      const superuser = await run(database.backend, "SELECT rolname FROM pg_roles WHERE rolsuper LIMIT 1");
      if (typeof superuser !== "string") names.push(superuser[0]![0]!);
      for (const name of names) {
        await expect(ensureApplicationRole(database.backend, { name, password: null }), name).rejects.toThrow(
          ApplicationRoleError,
        );
      }
    });
  });
}
