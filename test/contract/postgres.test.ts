/** On a real server: `DATABASE_URL`, or one that is started for this run where PostgreSQL is installed. */

import { afterAll, describe } from "vitest";
import { harnessOn, testServer } from "../storage/database.ts";
import { runStoreContract } from "./store-contract.ts";

const server = await testServer();
afterAll(() => server?.stop());

describe.skipIf(!server)("with a PostgreSQL server", () => {
  runStoreContract("the Postgres store on PostgreSQL", async () => harnessOn(await server!.open()));
});
