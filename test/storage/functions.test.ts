/** The database's functions are the files of `migrations/functions`, after every way to bring a database up to date. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlBackend } from "../../scripts/local/sql/backend.ts";
import { openEmbeddedDatabase } from "../../scripts/local/sql/database.ts";
import { applyFunctions, applyMigrations, migrate, readFunctions, type SqlFile } from "../../scripts/migrate.ts";
import { newCluster, START_MS } from "../contract/fixtures.ts";
import { harnessOn, openPgliteDatabase, type TestDatabase, testServer } from "./database.ts";

const server = await testServer();
afterAll(() => server?.stop());

interface DatabaseFunction {
  name: string;
  body: string;
  /** Signature, body, settings (`search_path`) and security. */
  definition: string;
  owner: string;
  /** Grants. */
  access: string | null;
}

async function functionsOf({ query }: SqlBackend): Promise<DatabaseFunction[]> {
  const { rows } = await query({
    query: `SELECT proname, prosrc, pg_get_functiondef(oid), pg_get_userbyid(proowner), proacl::text FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'sandbar_')
              AND proname <> 'sandbar_test_clock'
            ORDER BY proname, pronargs`,
  });
  return rows.map(([name, body, definition, owner, access]) => ({
    ...{ name: name!, body: body!, definition: definition!, owner: owner!, access: access ?? null },
  }));
}

/** The function without its text. */
function rightsOf({ name, owner, access, definition }: DatabaseFunction) {
  return { name, owner, access, head: definition.slice(0, definition.indexOf("AS $function$")) };
}

/** The files, with a comment put into the body of one function. */
function changed(files: readonly SqlFile[], name: string, comment: string): SqlFile[] {
  return files.map((file) =>
    file.name === `${name}.sql` ? { ...file, sql: file.sql.replace("\nBEGIN\n", `\nBEGIN\n  -- ${comment}\n`) } : file,
  );
}

test("a file holds every function of its name, and a fresh database has these functions and no other", async () => {
  const database = await openEmbeddedDatabase();
  try {
    await database.migrate();
    const files = new Map((await readFunctions()).map(({ name, sql }) => [name, sql]));
    const functions = await functionsOf(database.owner);
    for (const { name, body } of functions) expect(files.get(`${name}.sql`), name).toContain(`$$${body}$$`);
    const created = [...files].flatMap(([file, sql]) =>
      [...sql.matchAll(/^CREATE OR REPLACE FUNCTION (\w+)\(/gm)].map(([, name]) => [file, name]),
    );
    expect(created.map(([, name]) => name).sort()).toEqual(functions.map(({ name }) => name));
    for (const [file, name] of created) expect(file).toBe(`${name}.sql`);
    expect(await migrate(database.owner)).toEqual([]);
  } finally {
    await database.close();
  }
}, 120_000);

test("a database with the numbered migrations alone is upgraded to the functions of a fresh one", async () => {
  const [fresh, old] = [await openEmbeddedDatabase(), await openEmbeddedDatabase()];
  try {
    await fresh.migrate();
    await applyMigrations(old.owner);
    const expected = await functionsOf(fresh.owner);
    expect(await functionsOf(old.owner)).not.toEqual(expected);
    const files = await readFunctions();
    expect(await old.migrate()).toEqual(files.map(({ name }) => `functions/${name}`));
    expect(await functionsOf(old.owner)).toEqual(expected);
  } finally {
    await fresh.close();
    await old.close();
  }
}, 120_000);

function describeChanges(name: string, open: () => Promise<TestDatabase>): void {
  describe(`changed function files on ${name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await open();
    }, 120_000);
    afterAll(() => database?.close());

    test("only a changed file is applied again; owner, grants and search_path stay", async () => {
      const { owner } = database;
      const files = await readFunctions();
      const before = await functionsOf(owner);
      for (const each of ["sandbar_clean", "sandbar_scope_cluster", "sandbar_insert_issuer", "sandbar_sync"]) {
        expect(await applyFunctions(owner, changed(files, each, "a new line"))).toEqual([`functions/${each}.sql`]);
        const after = await functionsOf(owner);
        expect(after.filter(({ body }) => body.includes("-- a new line")).map((found) => found.name)).toEqual([each]);
        expect(after.map(rightsOf)).toEqual(before.map(rightsOf));
        expect(await applyFunctions(owner, files)).toEqual([`functions/${each}.sql`]);
      }
      expect(await functionsOf(owner)).toEqual(before);
      const definers = before.filter(({ definition }) => definition.includes("SECURITY DEFINER"));
      expect(definers.map(({ name, owner }) => [name, owner])).toEqual([
        ["sandbar_clean", "sandbar_cleaner"],
        ["sandbar_create_organization", "sandbar_definer"],
        ["sandbar_insert_issuer", "sandbar_definer"],
        ["sandbar_scope_cluster", "sandbar_definer"],
        ["sandbar_scope_organization", "sandbar_definer"],
      ]);
    });

    test("all files applied again change nothing", async () => {
      const { owner } = database;
      const before = await functionsOf(owner);
      await owner.script("DELETE FROM sandbar_functions");
      const files = await readFunctions();
      expect(await applyFunctions(owner, files)).toHaveLength(files.length);
      expect(await functionsOf(owner)).toEqual(before);
    });

    test("a file that fails changes no function and no hash", async () => {
      const { owner } = database;
      const before = await functionsOf(owner);
      const files = changed(await readFunctions(), "sandbar_clean", "half-way");
      const broken = files.map((file) =>
        file.name === "sandbar_sync.sql" ? { ...file, sql: "CREATE OR REPLACE FUNCTION;" } : file,
      );
      await expect(applyFunctions(owner, broken)).rejects.toThrow("syntax error");
      expect(await functionsOf(owner)).toEqual(before);
      expect(await applyFunctions(owner, await readFunctions())).toEqual([]);
    });

    test("two processes may apply the same change at the same time", async () => {
      const { owner } = database;
      const files = changed(await readFunctions(), "sandbar_commit", "twice");
      await Promise.all([applyFunctions(owner, files), applyFunctions(owner, files)]);
      const bodies = (await functionsOf(owner)).filter(({ name }) => name === "sandbar_commit");
      expect(bodies.filter(({ body }) => body.includes("-- twice"))).toHaveLength(1);
      await applyFunctions(owner, await readFunctions());
    });

    test("the previous Worker's positional calls work and get arrays", async () => {
      const { tenant, clusterId, tokenHash } = await newCluster(harnessOn(database).open({ now: () => START_MS }));
      const call = async (statement: string, ...params: unknown[]) =>
        (await database.application.query({ query: statement, params })).rows;
      const numbers = (count: number) => Array.from({ length: count }, (_, index) => `$${index + 1}`).join(", ");
      const scope = ["credential", tokenHash, clusterId, START_MS];

      const commit = `SELECT * FROM sandbar_commit(${numbers(21)})`;
      const values = ["c-1", 1, 100, 7, START_MS, 0, null, "{}", null, null, null, null, 0, 100, 1e6, 1e6, 1e6];
      expect(await call(commit, ...scope, ...values)).toEqual([["applied", "2", "7"]]);
      expect(await call(commit, ...scope, ...values), "again").toEqual([["applied", "2", "7"]]);

      const [cluster] = await call(`SELECT * FROM sandbar_sync(${numbers(8)})`, ...scope, 2, 100, 1e6, 1e6);
      expect(JSON.parse(cluster![1]!).slice(0, 5)).toEqual([clusterId, tenant.id, 2, 100, 7]);
      expect(JSON.parse(cluster![2]!)).toHaveLength(4);

      const many = await call(
        `SELECT * FROM sandbar_sync_clusters(${numbers(5)})`,
        ...[tenant.keyHash, START_MS, JSON.stringify([[clusterId, null, null]]), 1e6, 1e6],
      );
      expect(many.map(([part]) => part)).toEqual(["cluster", "read"]);
      expect(JSON.parse(many[0]![1]!)).toHaveLength(13);
    });
  });
}

describeChanges("PGlite", openPgliteDatabase);
describe.skipIf(!server)("with a PostgreSQL server", () => {
  describeChanges("PostgreSQL", () => server!.open());
});
