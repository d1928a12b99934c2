import { afterAll, describe } from "vitest";
import { describeAttacks } from "./attacks.ts";
import { openPgliteDatabase, testServer } from "./database.ts";

describeAttacks("PGlite", openPgliteDatabase);

const server = await testServer();
afterAll(() => server?.stop());

// The owner of the tables is allowed every statement, so row-level security does not protect them.
describe.skipIf(!server?.separatesRoles)("with a PostgreSQL server and separate roles", () => {
  describeAttacks("PostgreSQL", () => server!.open());
});
