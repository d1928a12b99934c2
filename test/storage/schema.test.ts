/** The query builder's tables (`src/storage/postgres/schema.ts`) are the tables that the migrations create. */

import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as schema from "../../src/storage/postgres/schema.ts";
import { openPgliteDatabase, type TestDatabase } from "./database.ts";

const tables = Object.values(schema).flatMap((value) => (is(value, PgTable) ? [getTableConfig(value)] : []));

let database: TestDatabase;
beforeAll(async () => {
  database = await openPgliteDatabase();
}, 120_000);
afterAll(() => database?.close());

test("each table has the same columns, types, nulls and defaults", async () => {
  const described = tables.flatMap(({ name, columns }) =>
    columns.map((column) => [
      ...[name, column.name, column.getSQLType(), column.notNull ? "NO" : "YES"],
      column.default === undefined ? "no default" : String(column.default),
    ]),
  );
  const { rows } = await database.backend.query({
    query: `SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, 'no default')
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT IN ('sandbar_migrations', 'sandbar_functions')`,
  });
  expect(described.map(String).sort()).toEqual(rows.map(String).sort());
});

test("each table has the same primary key and unique constraints", async () => {
  const described = tables.flatMap(({ name, columns, primaryKeys, uniqueConstraints }) => {
    const columnKeys = columns.flatMap((column) => [
      ...(column.primary ? [`${name} p ${column.name}`] : []),
      ...(column.isUnique ? [`${name} u ${column.name}`] : []),
    ]);
    return [
      ...columnKeys,
      ...primaryKeys.map((key) => `${name} p ${key.columns.map((column) => column.name)}`),
      ...uniqueConstraints.map((key) => `${name} u ${key.columns.map((column) => column.name)}`),
    ];
  });
  const { rows } = await database.backend.query({
    query: `SELECT conrelid::regclass, contype, string_agg(attname, ',' ORDER BY position)
            FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS key (number, position), pg_attribute
            WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u')
              AND attrelid = conrelid AND attnum = number
              AND conrelid::regclass::text NOT IN ('sandbar_migrations', 'sandbar_functions')
            GROUP BY pg_constraint.oid, conrelid, contype`,
  });
  expect(described.sort()).toEqual(rows.map((row) => row.join(" ")).sort());
});
