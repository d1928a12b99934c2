import { afterAll, describe } from "vitest";
import { openPgliteDatabase, testServer } from "./database.ts";
import { describeRowLevelSecurity } from "./row-level-security.ts";

describeRowLevelSecurity("PGlite", openPgliteDatabase);

const server = await testServer();
afterAll(() => server?.stop());

describe.skipIf(!server)("with a PostgreSQL server", () => {
  describeRowLevelSecurity("PostgreSQL", () => server!.open());
});
