/** A cluster of one `ENGINE_VERSION` is reproducible: a change of behaviour is found here, and raises it. */
import { describe, expect, it } from "vitest";
import { ENGINE_VERSION } from "../../src/lib/engine-version.ts";
import { familyHashes } from "./families.ts";
import { problemOf, readPinned } from "./pinned.ts";

describe("ENGINE_VERSION", () => {
  it("names what the controllers write: the pinned hashes are the present ones", () => {
    const now = { version: ENGINE_VERSION, families: familyHashes() };
    expect(problemOf(readPinned(), now) ?? "nothing moved").toBe("nothing moved");
  });

  it("is asked to rise where a family moved, by its name", () => {
    const pinned = { version: "1.36-1", families: { deployment: "a", kubelet: "b" } };
    const moved = { ...pinned, families: { deployment: "a", kubelet: "c" } };
    expect(problemOf(pinned, pinned)).toBeUndefined();
    expect(problemOf(pinned, moved)).toMatch(/What moved: kubelet\. Raise ENGINE_VERSION .*npm run engine-version/);
    expect(problemOf(pinned, { ...moved, version: "1.36-2" })).toMatch(
      /What moved: kubelet\. ENGINE_VERSION was raised/,
    );
    expect(problemOf(pinned, { ...pinned, version: "1.36-2" })).toMatch(/^ENGINE_VERSION was raised to 1\.36-2/);
    expect(problemOf(pinned, { ...pinned, families: { deployment: "a" } })).toContain("What moved: kubelet");
  });
});
