/**
 * The tools answer as the real ones did (`recorded/`, made by `record.ts`). `TOOLS_LIVE=1` compares with the tools of
 * this machine. Cases that differ are named in `recorded/differences.json`; a case that agrees again must leave that list.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GROUPS } from "./cases/index.ts";
import { recordedPath, runReal } from "./record.ts";
import { commandOf, comparable, type Group, isLacking, keyOf, type Outcome, runHere } from "./table.ts";

const isLive = process.env.TOOLS_LIVE === "1";
const known = JSON.parse(readFileSync(join(import.meta.dirname, "recorded/differences.json"), "utf8")) as Record<
  string,
  string[]
>;

function differencesOf({ name, cases, showsFiles = false, flavours = ["gnu", "busybox"] }: Group): string[] {
  const recorded = JSON.parse(readFileSync(recordedPath(name), "utf8")) as Record<string, Outcome>;
  return flavours.flatMap((flavour) =>
    cases.flatMap((each) => {
      const { only } = commandOf(each);
      if (only !== undefined && only !== flavour) return [];
      const key = keyOf(flavour, each);
      const real = isLive ? runReal(flavour, each, showsFiles) : recorded[key];
      if (!real) throw new Error(`no record of "${key}": run node test/programs/record.ts ${name}`);
      const here = runHere(flavour, each, showsFiles);
      if (isLacking(flavour, real)) return [];
      return comparable(flavour, here) === comparable(flavour, real) ? [] : [key];
    }),
  );
}

describe("tools", () => {
  for (const group of GROUPS) {
    it(`${group.name}: same output, status and files as the real tools`, () => {
      expect(differencesOf(group).sort()).toEqual([...(known[group.name] ?? [])].sort());
    });
  }
});
