/** The reader of large YAML gives the same values without a tree of nodes, and limits the expansion of aliases. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ApiError } from "../../src/lib/api-error.ts";
import { stringifyJson } from "../../src/lib/json.ts";
import { MAX_CAREFULLY_READ_YAML, MAX_YAML_BODY_BYTES, MAX_YAML_NODES } from "../../src/lib/limits.ts";
import { Random } from "../../src/lib/prng.ts";
import { parseLargeYaml } from "../../src/yaml/large-yaml.ts";
import { parseYaml, yamlText } from "../../src/yaml/yaml.ts";

const ROOT = join(import.meta.dirname, "../..");

function yamlFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "node_modules" ? [] : yamlFiles(path);
    return /\.ya?ml$/.test(name) && !path.includes("templates") ? [path] : [];
  });
}

function documentsOf(text: string): string[] {
  return text
    .split(/^---$/m)
    .filter((document) => document.trim() !== "" && document.length <= MAX_CAREFULLY_READ_YAML);
}

function textOf(text: string, read: typeof parseYaml): string {
  return stringifyJson(read(text).value);
}

const SCALARS = [
  ..."yes no on off y n Yes NO true false True null Null ~ 0 00 07 0o17 017 -012 08 1 -1 1.5 1. .5 . 1e3".split(" "),
  ..."0x1F .inf -.Inf .NaN 9007199254740993 -9223372036854775808 9223372036854775808 123456789012345678901234567890".split(
    " ",
  ),
  ..."2001-12-14 2001-12-14T21:59:43Z 12:30:45 1_000 +1 '1' \"yes\" <<x = a:b a#b 5m 100Mi 0.5 1.36 1.30 1e".split(" "),
];

/** A document with all common YAML forms, and with forms that YAML 1.1 and 1.2 read differently. */
function document(random: Random, depth: number, indent: string): string {
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
  let text = "";
  const entries = 1 + random.below(5);
  for (let i = 0; i < entries; i++) {
    const key = pick([`key-${i}`, `"quoted ${i}"`, `'it''s ${i}'`, `a.b/c-${i}`, `${i}`, `__proto__`]);
    const kind = depth === 0 ? random.below(4) : random.below(7);
    if (text.includes(`${indent}${key}:`)) continue;
    text += `${indent}${key}:`;
    if (kind <= 1) text += ` ${pick(SCALARS)}\n`;
    else if (kind === 2) text += ` ${pick(["|", ">", "|-", ">+", "|2"])}\n${indent}  one ${i}\n\n${indent}   two\n`;
    else if (kind === 3)
      text += ` ${pick(["[a, 1, yes, {b: c}]", "{x: 1, y: 2}", "[]", "{}", '"a\\tb\\u00e9\\x41"', "", "plain # comment"])}\n`;
    else if (kind === 4) text += `\n${document(random, depth - 1, `${indent}  `)}`;
    else text += `\n${indent}- ${pick(SCALARS)}\n${indent}- ${document(random, depth - 1, `${indent}  `).trimStart()}`;
  }
  return text;
}

describe("the reader of large YAML", () => {
  it("reads the values that the careful one reads from manifests", () => {
    const documents = yamlFiles(join(ROOT, "examples")).flatMap((path) => documentsOf(readFileSync(path, "utf8")));
    expect(documents.length).toBeGreaterThan(20);
    for (const text of documents) expect(textOf(text, parseLargeYaml)).toBe(textOf(text, parseYaml));
  });

  it.each(SCALARS)("reads the plain scalar %s alike", (scalar) => {
    for (const text of [`a: ${scalar}\n`, `- ${scalar}\n`])
      expect(textOf(text, parseLargeYaml)).toBe(textOf(text, parseYaml));
  });

  it("reads the values that the careful one reads from documents of all forms", () => {
    for (let seed = 0; seed < 300; seed++) {
      const text = document(new Random(`yaml/${seed}`), 3, "");
      let expected: string;
      try {
        expected = textOf(text, parseYaml);
      } catch {
        expect(() => parseLargeYaml(text), text).toThrow();
        continue;
      }
      expect(textOf(text, parseLargeYaml), text).toBe(expected);
    }
  });

  it("reads the first document, merges, anchors, unknown tags and keys given twice", () => {
    for (const text of [
      "a: 1\n---\nb: 2\n",
      "base: &base {x: 1, y: [1, 2]}\nuse: {<<: *base, x: 2}\nagain: *base\n",
      "a: !custom text\nb: !!str 1\n",
      "a: 1\nb: 2\na: 3\n",
      "",
      "# nothing\n",
    ]) {
      expect(textOf(text, parseLargeYaml)).toBe(textOf(text, parseYaml));
    }
    expect(parseLargeYaml("a: 1\nb:\n  c: 2\n  c: 3\n").duplicates).toEqual(
      parseYaml("a: 1\nb:\n  c: 2\n  c: 3\n").duplicates,
    );
  });

  it.each([
    ["a: [1, 2\nb: 3\n"],
    ["a: b: c\n"],
    ["a: *nothing\n"],
    [`a: ${"[".repeat(2_000)}\n`],
    [
      `a: &a [x, x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [${`*${i === 0 ? "a" : `b${i - 1}`},`.repeat(9)}]\n`).join("")}`,
    ],
    ["a: &a [*a]\n"],
    [
      Array(MAX_YAML_NODES + 2)
        .fill("- a\n")
        .join(""),
    ],
    [`a: [${"1,".repeat(MAX_YAML_NODES + 1)}1]\n`],
  ])("refuses documents that the careful one refuses, and aliases that expand too far (%#)", (text) => {
    expect(() => parseLargeYaml(text)).toThrow(/^yaml: /);
  });
});

describe("a large body of YAML", () => {
  const manifest = (characters: number) => {
    const value = { kind: "ConfigMap", data: { enabled: "yes", text: "x".repeat(characters) } };
    return stringify(value).replace('"yes"', "yes");
  };

  it("is read like a small one", () => {
    for (const characters of [100, MAX_CAREFULLY_READ_YAML, 500_000]) {
      expect(parseYaml(manifest(characters)).value).toMatchObject({ kind: "ConfigMap", data: { enabled: true } });
    }
  });

  it("is refused with the limit's number when it is larger than an object may be", () => {
    const refused = () => parseYaml(manifest(MAX_YAML_BODY_BYTES + 1));
    expect(refused).toThrow(ApiError);
    expect(refused).toThrow(String(MAX_YAML_BODY_BYTES));
  });
});

describe("an answer in YAML", () => {
  const list = (items: number) => ({
    kind: "List",
    items: Array.from({ length: items }, (_, i) => ({ name: `n-${i}` })),
  });

  it("is written in YAML's block style, or as JSON when it is long; both parse to the same value", () => {
    const [short, long] = [yamlText(list(3)), yamlText(list(50_000))];
    expect(short).toBe("items:\n- name: n-0\n- name: n-1\n- name: n-2\nkind: List\n");
    expect(long.startsWith('{"kind"')).toBe(true);
    expect(parseYaml(short).value).toEqual(list(3));
    expect(parseLargeYaml(yamlText(list(8_000))).value).toEqual(list(8_000));
  });
});
