/**
 * Pins the hashes that belong to `ENGINE_VERSION` (`npm run engine-version`). Refuses to pin other hashes for a
 * version that is pinned already: two clusters of one version must be comparable.
 */
import { ENGINE_VERSION } from "../src/lib/engine-version.ts";
import { familyHashes } from "../test/engine/families.ts";
import { movedFamilies, readPinned, writePinned } from "../test/engine/pinned.ts";

const pinned = readPinned();
const families = familyHashes();
const moved = movedFamilies(pinned.families, families);
if (moved.length > 0 && pinned.version === ENGINE_VERSION) {
  console.error(`What moved: ${moved.join("; ")}. Raise ENGINE_VERSION in src/lib/engine-version.ts first.`);
  process.exit(1);
}
writePinned({ version: ENGINE_VERSION, families });
console.log(`${ENGINE_VERSION}: ${moved.length > 0 ? `moved: ${moved.join("; ")}` : "nothing moved"}`);
