import { afterAll, describe } from "vitest";
import { startPostgres } from "../../scripts/local/postgres.ts";
import { openPgliteDatabase, openServerDatabase } from "./database.ts";
import { describeRowLevelSecurity } from "./row-level-security.ts";

describeRowLevelSecurity("PGlite", openPgliteDatabase);

const given = process.env["DATABASE_URL"];
const own = given ? null : await startPostgres();
const serverUrl = given ?? own?.url;
afterAll(() => own?.stop());

describe.skipIf(!serverUrl)("with a PostgreSQL server", () => {
  describeRowLevelSecurity("PostgreSQL", () => openServerDatabase(serverUrl!));
});
