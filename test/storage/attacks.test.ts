import { afterAll, describe } from "vitest";
import { describeAttacks } from "./attacks.ts";
import { openPgliteDatabase, testServer } from "./database.ts";

describeAttacks("PGlite", openPgliteDatabase);

const server = await testServer();
afterAll(() => server?.stop());

// As the owner of the tables every statement is allowed: there is no second wall then.
describe.skipIf(!server?.separatesRoles)("with a PostgreSQL server and separate roles", () => {
  describeAttacks("PostgreSQL", () => server!.open());
});
