/** On a real server: `DATABASE_URL`, or one that is started for this run where PostgreSQL is installed. */

import { afterAll, describe } from "vitest";
import { startPostgres } from "../../scripts/local/postgres.ts";
import { harnessOn, openServerDatabase } from "../storage/database.ts";
import { runStoreContract } from "./store-contract.ts";

const given = process.env["DATABASE_URL"];
const own = given ? null : await startPostgres();
const serverUrl = given ?? own?.url;
afterAll(() => own?.stop());

describe.skipIf(!serverUrl)("with a PostgreSQL server", () => {
  runStoreContract("the Postgres store on PostgreSQL", async () => harnessOn(await openServerDatabase(serverUrl!)));
});
