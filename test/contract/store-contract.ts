/** The contract of every store. Each implementation runs this suite. */

import { afterAll, beforeAll, describe } from "vitest";
import { describeAccess } from "./access.ts";
import { describeCleaning } from "./cleaning.ts";
import { describeCommits } from "./commits.ts";
import type { StoreHarness } from "./fixtures.ts";
import { describeImages } from "./images.ts";
import { describeLog } from "./log.ts";
import { describeManyClusters } from "./many-clusters.ts";
import { describeOrganizations } from "./organizations.ts";
import { describeSync } from "./sync.ts";

export type { StoreHarness } from "./fixtures.ts";

export function runStoreContract(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`${name} keeps the store's contract`, () => {
    let harness: StoreHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    }, 60_000);
    afterAll(() => harness?.close());

    const open: StoreHarness["open"] = (options) => harness.open(options);
    describeAccess(open);
    describeSync(open);
    describeCommits(open);
    describeLog(open);
    describeCleaning(open);
    describeOrganizations(open);
    describeManyClusters(open);
    describeImages(open);
  });
}
