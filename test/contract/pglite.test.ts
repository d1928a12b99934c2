import { harnessOn, openPgliteDatabase } from "../storage/database.ts";
import { runStoreContract } from "./store-contract.ts";

runStoreContract("the Postgres store on PGlite", async () => harnessOn(await openPgliteDatabase()));
