import { expect, test } from "vitest";
import { readSources } from "../architecture/source.ts";

/** Files that hold policies of a kind: the kind itself, and its validation, defaults, warnings, printing and quota. */
const POLICY = /\.(validation|defaults|warnings|printing|quota)\.ts$/;
const FIRST_LINES = 12;

test("every policy of a kind names the Kubernetes source that it follows", () => {
  const silent = readSources("src/kinds")
    .filter(({ path, tree }) => POLICY.test(path) || /: KindDefinition<\w+> = \{/.test(tree.text))
    .filter(({ tree }) => !/Kubernetes: (pkg|staging)\//.test(tree.text.split("\n", FIRST_LINES).join("\n")))
    .map(({ path }) => `${path}: name the source in its first lines (Kubernetes: pkg/apis/…/validation.go)`);
  expect(silent).toEqual([]);
});
