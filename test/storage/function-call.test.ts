/** How calls of the database's functions become statements. */

import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { selectFrom, selectValue } from "../../src/storage/postgres/function-call.ts";

const compiled = (query: ReturnType<typeof selectFrom>) => {
  const { sql: text, params } = new PgDialect().sqlToQuery(query);
  return { text, params };
};

test("arguments are named as the function's parameters, and their values are parameters of the statement", () => {
  const call = selectFrom("sandbar_sync", { via: "apiKey", knownVersion: null, pageBytes: 9, asObject: true });
  expect(compiled(call)).toEqual({
    text: "SELECT * FROM sandbar_sync(p_via => $1, p_known_version => $2, p_page_bytes => $3, p_as_object => $4)",
    params: ["apiKey", null, 9, true],
  });
  const text = "x'); DROP TABLE cluster; --";
  expect(compiled(selectValue("f", { text }))).toEqual({ text: "SELECT f(p_text => $1)", params: [text] });
});

test("a call is part of a larger statement, or has no arguments", () => {
  expect(compiled(sql`${selectValue("f", { nowMs: 1 })} AS id`)).toEqual({
    text: "SELECT f(p_now_ms => $1) AS id",
    params: [1],
  });
  expect(compiled(selectFrom("f", {}))).toEqual({ text: "SELECT * FROM f()", params: [] });
});
