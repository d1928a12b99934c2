import { createMemoryStores } from "../../src/storage/memory/stores.ts";
import type { Stores } from "../../src/storage/store.ts";
import { runStoreContract } from "./store-contract.ts";

runStoreContract("the memory store", async () => ({
  open: (options): Stores => createMemoryStores(options),
  close: async () => {},
}));
