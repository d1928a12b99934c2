/**
 * Row-level security: SQL without a tenant condition, run as the application's role, reads and changes only rows of the
 * scope that it entered.
 */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PostgresError } from "../../scripts/local/sql/backend.ts";
import { clusterOf, newCluster, type OpenCluster, START_MS, Writer } from "../contract/fixtures.ts";
import { harnessOn, type TestDatabase } from "./database.ts";

const TENANT_TABLES = [
  "organization",
  "api_key",
  "base",
  "cluster",
  "credential",
  "object",
  "change",
  "commit_record",
  "idempotency",
  "image",
];

const INSUFFICIENT_PRIVILEGE = "42501";

interface Scope {
  via: string;
  secretHash: string;
  clusterId: string;
}

export function describeRowLevelSecurity(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`row-level security on ${name}`, () => {
    let database: TestDatabase;
    let mine: OpenCluster;
    let foreign: OpenCluster;

    beforeAll(async () => {
      database = await openDatabase();
      const stores = harnessOn(database).open({ now: () => START_MS });
      [mine, foreign] = [await newCluster(stores), await newCluster(stores)];
      for (const { store, tenant } of [mine, foreign]) {
        await new Writer(store).write([{ key: "/secrets/shop/password" }]);
        const idempotency = { key: "k", requestHash: "h", response: "r" };
        await tenant.organization.createCluster(clusterOf({ baseId: `base-${randomUUID()}` }), idempotency);
      }
    });
    afterAll(() => database?.close());

    /** Runs the settings and the statement in one transaction as the application. Returns rows or the SQLSTATE. */
    async function asApplication(statement: string, scope?: Partial<Scope>): Promise<(string | null)[][] | string> {
      const settings = [
        ["via", scope?.via],
        ["secret_hash", scope?.secretHash],
        ["cluster_id", scope?.clusterId],
        ["now_ms", scope && String(START_MS)],
      ].filter(([, value]) => value !== undefined);
      try {
        const results = await database.application.transaction(
          [
            { query: "SET LOCAL ROLE sandbar_app" },
            ...settings.map(([setting, value]) => ({
              query: "SELECT set_config($1, $2, true)",
              params: [`sandbar.${setting}`, value],
            })),
            { query: statement },
          ],
          {},
        );
        return results.at(-1)!.rows;
      } catch (error) {
        if (error instanceof PostgresError) return error.fields.code ?? "";
        throw error;
      }
    }

    const wrongScopes = (): [string, Partial<Scope> | undefined][] => {
      const { clusterId, tokenHash, tenant } = mine;
      return [
        ["none", undefined],
        ["empty settings", { via: "", secretHash: "", clusterId: "" }],
        ["a guessed token", { via: "credential", secretHash: "guess", clusterId }],
        ["an empty token", { via: "credential", secretHash: "", clusterId }],
        ["an API key's hash as a token", { via: "credential", secretHash: tenant.keyHash, clusterId }],
        ["a token's hash as an API key", { via: "apiKey", secretHash: tokenHash, clusterId }],
        ["an unknown kind of secret", { via: "admin", secretHash: tokenHash, clusterId }],
        ["a cluster without a secret", { clusterId }],
        ["a secret without its kind", { secretHash: tokenHash, clusterId }],
      ];
    };

    test("every tenant table has it, and is owned by another role than the application's", async () => {
      const { rows } = await database.backend.query({
        query: `SELECT relname, relrowsecurity, pg_get_userbyid(relowner) = 'sandbar_app' FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('sandbar_migrations', 'sandbar_functions', 'cleaning')
                ORDER BY relname`,
      });
      expect(rows).toEqual([...TENANT_TABLES].sort().map((table) => [table, "t", "f"]));
      const role = await database.backend.query({
        query: "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'sandbar_app'",
      });
      expect(role.rows).toEqual([["f", "f", "f"]]);
    });

    test("the table of the cleaning is not accessible for the application", async () => {
      const scope = { via: "apiKey", secretHash: mine.tenant.keyHash, clusterId: mine.clusterId };
      for (const statement of ["SELECT * FROM cleaning", "UPDATE cleaning SET after_cluster_id = ''"]) {
        expect(await asApplication(statement, scope), statement).toBe(INSUFFICIENT_PRIVILEGE);
      }
    });

    test("without a valid scope every table is empty, accepts no row and loses none", async () => {
      for (const [why, scope] of wrongScopes()) {
        for (const table of TENANT_TABLES) {
          expect(await asApplication(`SELECT * FROM ${table}`, scope), `${why}: ${table}`).toEqual([]);
          const deleted = await asApplication(`DELETE FROM ${table} RETURNING 1`, scope);
          expect([INSUFFICIENT_PRIVILEGE, "[]"], `${why}: ${table}`).toContain(
            typeof deleted === "string" ? deleted : JSON.stringify(deleted),
          );
        }
        for (const insert of insertsInto(mine))
          expect(await asApplication(insert, scope), why).toBe(INSUFFICIENT_PRIVILEGE);
        const update = "UPDATE cluster SET version = version + 1 RETURNING id";
        expect(await asApplication(update, scope), why).toEqual([]);
      }
    });

    test("a credential sees only its own cluster, with any statement", async () => {
      const { clusterId, tokenHash, credentialId } = mine;
      const scope = { via: "credential", secretHash: tokenHash, clusterId };
      expect(await asApplication("SELECT id FROM cluster", scope)).toEqual([[clusterId]]);
      expect(await asApplication("SELECT DISTINCT cluster_id FROM object", scope)).toEqual([[clusterId]]);
      expect(await asApplication("SELECT DISTINCT cluster_id FROM change", scope)).toEqual([[clusterId]]);
      expect(await asApplication("SELECT DISTINCT cluster_id FROM commit_record", scope)).toEqual([[clusterId]]);
      expect(await asApplication("SELECT id FROM credential", scope)).toEqual([[credentialId]]);
      expect(await asApplication("SELECT id FROM base", scope)).toEqual([["base-1"]]);
      for (const table of ["organization", "api_key", "idempotency"]) {
        expect(await asApplication(`SELECT * FROM ${table}`, scope), table).toEqual([]);
      }
      const all = "UPDATE object SET uid = uid RETURNING cluster_id";
      expect(await asApplication(all, scope)).toEqual([[clusterId]]);
      for (const insert of insertsInto(foreign)) {
        expect(await asApplication(insert, scope)).toBe(INSUFFICIENT_PRIVILEGE);
      }
      expect(await asApplication(`UPDATE cluster SET organization_id = '${foreign.tenant.id}'`, scope)).toBe(
        INSUFFICIENT_PRIVILEGE,
      );
      expect(await asApplication("DELETE FROM cluster RETURNING id", scope)).toEqual([]);
      expect(await asApplication("DELETE FROM credential RETURNING id", scope)).toEqual([]);
      const moved = `UPDATE object SET cluster_id = '${foreign.clusterId}'`;
      expect(await asApplication(moved, scope)).toBe(INSUFFICIENT_PRIVILEGE);
    });

    test("an API key sees only its own organization, and only the rows of the cluster that it names", async () => {
      const { clusterId, tenant } = mine;
      const scope = { via: "apiKey", secretHash: tenant.keyHash, clusterId: "" };
      expect(await asApplication("SELECT id FROM organization", scope)).toEqual([[tenant.id]]);
      expect(await asApplication("SELECT DISTINCT organization_id FROM cluster", scope)).toEqual([[tenant.id]]);
      expect(await asApplication("SELECT DISTINCT organization_id FROM api_key", scope)).toEqual([[tenant.id]]);
      expect(await asApplication("SELECT DISTINCT organization_id FROM credential", scope)).toEqual([[tenant.id]]);
      expect(await asApplication("SELECT DISTINCT organization_id FROM idempotency", scope)).toEqual([[tenant.id]]);
      expect(await asApplication("SELECT * FROM object", scope)).toEqual([]);
      const named = { ...scope, clusterId };
      expect(await asApplication("SELECT DISTINCT cluster_id FROM object", named)).toEqual([[clusterId]]);
      expect(await asApplication("SELECT * FROM object", { ...scope, clusterId: foreign.clusterId })).toEqual([]);
      for (const insert of insertsInto(foreign))
        expect(await asApplication(insert, named)).toBe(INSUFFICIENT_PRIVILEGE);
      const theirs = `DELETE FROM cluster WHERE id = '${foreign.clusterId}' RETURNING id`;
      expect(await asApplication(theirs, named)).toEqual([]);
    });

    test("the functions enter their argument's scope, not one that was set before", async () => {
      const { clusterId, tokenHash } = mine;
      const right = { via: "credential", secretHash: tokenHash, clusterId };
      const stranger = `SELECT * FROM sandbar_sync('credential', 'guess', '${foreign.clusterId}', NULL, NULL, NULL, 1, 1)`;
      expect(await asApplication(stranger, right)).toEqual([]);
      const { rows } = await database.backend.query({ query: stranger });
      expect(rows, "not even for the owner of the tables").toEqual([]);
      const own = `SELECT part FROM sandbar_sync('credential', '${tokenHash}', '${clusterId}', ${START_MS}, 1, 100, 1, 9)`;
      expect(await asApplication(own)).not.toEqual([]);
    });

    test("a request's scope does not remain for the next request of the connection", async () => {
      await mine.store.sync(null);
      const left = await database.backend.query({
        query: `SELECT current_user <> 'sandbar_app', coalesce(current_setting('sandbar.secret_hash', true), '')`,
      });
      expect(left.rows).toEqual([["t", ""]]);
    });

    test("an expired credential sees nothing", async () => {
      const expired = { via: "credential", secretHash: `expired-${mine.clusterId}`, clusterId: mine.clusterId };
      await mine.tenant.organization.createCredential(
        {
          ...{ id: "expired", clusterId: mine.clusterId, user: "u", groups: [], createdAtMs: 1, expiresAtMs: START_MS },
          ...{ tokenHash: expired.secretHash },
        },
        null,
      );
      expect(await asApplication("SELECT * FROM object", expired)).toEqual([]);
      expect(await asApplication("SELECT * FROM cluster", expired)).toEqual([]);
    });
  });
}

/** Rows of the cluster that the policies must refuse. */
function insertsInto({ clusterId, tenant }: OpenCluster): string[] {
  return [
    `INSERT INTO object (cluster_id, key, uid, revision, changed_version, deleted) VALUES ('${clusterId}', 'x', '', 1, 1, false)`,
    `INSERT INTO change VALUES ('${clusterId}', 9999, 'x', 'ADDED', 1, 1, 0, '{}')`,
    `INSERT INTO commit_record VALUES ('${clusterId}', 9999, 1, 0, 'x')`,
    `INSERT INTO credential VALUES ('${clusterId}', 'x', '${tenant.id}', 'admin', '[]', '[]', 'x', 1, NULL, 'user')`,
    `INSERT INTO api_key VALUES ('x', '${tenant.id}', 'x', 'x', 'x', 1)`,
    `INSERT INTO organization VALUES ('x', 'x', 1)`,
    `INSERT INTO idempotency VALUES ('${tenant.id}', 'x', 'x', 'x', 1)`,
    `INSERT INTO cluster SELECT 'x', '${tenant.id}', 'x', '{}', 1, 1, 0, 0, 0, 1, 0, NULL, 'base-1', 's', 1, '{}', '{}'`,
  ];
}
