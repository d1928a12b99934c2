/** The query builder's tables equal the tables of the migrations. */

import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as schema from "../../src/storage/postgres/schema.ts";
import { openPgliteDatabase, type TestDatabase } from "./database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openPgliteDatabase();
});
afterAll(() => database?.close());

test("each table has the same columns, types and nulls", async () => {
  const tables = Object.values(schema).flatMap((value) => (is(value, PgTable) ? [value] : []));
  const described = tables
    .map((table) => getTableConfig(table))
    .flatMap(({ name, columns }) =>
      columns.map((column) => [name, column.name, column.getSQLType(), column.notNull ? "NO" : "YES"]),
    );
  const { rows } = await database.backend.query({
    query: `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT IN ('sandbar_migrations', 'sandbar_functions')`,
  });
  expect(described.map(String).sort()).toEqual(rows.map(String).sort());
});
