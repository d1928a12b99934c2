/** A cluster of one `ENGINE_VERSION` is reproducible. This test finds changes of behaviour, which must raise it. */
import { describe, expect, it } from "vitest";
import { ENGINE_VERSION } from "../../src/lib/engine-version.ts";
import { familyHashes } from "./families.ts";
import { problemOf, readPinned } from "./pinned.ts";

describe("ENGINE_VERSION", () => {
  it("belongs to the pinned hashes of the controllers' writes", () => {
    const now = { version: ENGINE_VERSION, families: familyHashes() };
    expect(problemOf(readPinned(), now) ?? "nothing moved").toBe("nothing moved");
  });

  it("must be raised when the hash of a family differs, which the message names", () => {
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
