/**
 * Comments, test titles and documents are plain technical English: subject first, the field's terms, one idea per
 * sentence. BANNED has the phrases that readers must read twice. Each finding has the place, the phrase, its context and
 * what to write instead. Code in backticks and quoted texts are not checked.
 */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { readSources } from "./architecture/source.ts";
import { type Block, commentsOf, documentPaths, paragraphsOf, titlesOf } from "./language/prose.ts";

const MAX_LINE_LENGTH = 120;

interface Rule {
  phrase: RegExp;
  /** What to write instead. */
  instead: string;
}

const BANNED: readonly Rule[] = [
  {
    phrase: /\b(who|whom|what|which)ever\b/gi,
    instead: "name the actor or the thing: `the first caller`, `any value`",
  },
  { phrase: /\b(no|some|every)body('s)?\b/gi, instead: "name the actor: `no client`, `a controller`, `all callers`" },
  { phrase: /\bwhom\b/gi, instead: "make the person or program the subject: `the user who sent the request`" },
  { phrase: /\bthose\s+(that|who|which|of\s+which)\b/gi, instead: "repeat the noun: `the rows that`" },
  {
    // At the start of a sentence or after a colon. A question is allowed.
    phrase:
      /(?<=^|[.:;(]\s)what\s+(is|are|was|were|has|have|does|can|may|must|they|it|a|an|the|this|follows|differs|comes)\b(?![^.;:]*\?)/gi,
    instead: "begin with the noun: `Fields that …`, `Work that …`",
  },
  { phrase: /\bof\s+(which|whom)\s+(nothing|nobody|no)\b/gi, instead: "write `unknown …` or `… without …`" },
  {
    phrase: /(?<!\bthere\s+)\b(is|are|be|was)\s+none\b(?!\s+of\b)/gi,
    instead: "write `is absent`, `is empty` or `there is no …`",
  },
  { phrase: /\b(is|are)\s+let\s+(be|go)\b/gi, instead: "write `is ignored`, `is released`" },
  { phrase: /\b(held|holds?)\s+(it\s+)?against\b/gi, instead: "write `compares with` or `is reported for`" },
  { phrase: /\bits\s+like\b|\bthe\s+likes?\s+of\b/gi, instead: "name the group: `similar Events`" },
  { phrase: /\bas\s+(in|it\s+would\s+in)\s+life\b/gi, instead: "write `as in a real cluster`" },
];

const sources = readSources("src", "scripts", "test", "bench").filter((file) => !file.isGenerated);
const documents = documentPaths();

describe("language", () => {
  it("comments have no phrases that must be read twice", () => {
    const comments = sources.flatMap(commentsOf);
    expect(comments.length).toBeGreaterThan(1_000);
    expect(comments.flatMap(findings)).toEqual([]);
  });

  it("test titles have no such phrases", () => {
    const titles = sources.flatMap(titlesOf);
    expect(titles.length).toBeGreaterThan(500);
    expect(titles.flatMap(findings)).toEqual([]);
  });

  it("documents have no such phrases", () => {
    expect(documents.length).toBeGreaterThan(5);
    expect(documents.flatMap(paragraphsOf).flatMap(findings)).toEqual([]);
  });

  it(`lines of documents have at most ${MAX_LINE_LENGTH} characters, except in tables and code`, () => {
    expect(documents.flatMap(paragraphsOf).flatMap(longLines)).toEqual([]);
  });

  it("reads comments at every place, and `//` lines that follow each other as one", () => {
    const text =
      "/** a */ f(/* b */ 1); // c\n// d\nif (x) {\n  // e\n}\nfunction g() {\n  h();\n  // i\n  // j\n}\n// k\n";
    const tree = ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true);
    const comments = commentsOf({ path: "a.ts", folder: "", isGenerated: false, lineCount: 11, tree });
    expect(comments.map(({ line, text }) => [line, text])).toEqual([
      [1, "a"],
      [1, "b"],
      [1, "c\nd"],
      [4, "e"],
      [8, "i\nj"],
      [11, "k"],
    ]);
  });

  it("finds each banned phrase across line breaks, but not in code and quotes", () => {
    const found = (text: string) => findings({ path: "a.ts", line: 3, text }).length;
    const phrases = [
      "Whoever asks is told.",
      "Nobody writes it.",
      "The user whom the token names.",
      "Keeps those\nthat are due.",
      "What is left goes.",
      "Two parts: what the\nclient sent, and the rest.",
      "A field of which nothing is known.",
      "A name that is none.",
      "Such an object is let be.",
      "Old errors are not held against the writer.",
      "A pod and its like.",
      "It fails, as in life.",
    ];
    expect(phrases.filter((text) => found(text) !== 1)).toEqual([]);
    const allowed = [
      'Refused with "whoever asks is none".',
      "The user `nobody` owns the file.",
      "What is a cluster? A set of rows.",
      "Reports what is missing.",
      "It is none of the caller's rows.",
      "Undefined if there is none.",
    ];
    expect(allowed.filter((text) => found(text) > 0)).toEqual([]);
    expect(findings({ path: "a.ts", line: 3, text: "A row\nthat nobody reads." })[0]).toMatch(/^a\.ts:4: "nobody" in /);
  });
});

/** `<path>:<line>: "<phrase>" in "<line of text>": <advice>.` */
function findings({ path, line, text }: Block): string[] {
  const prose = withoutQuotes(text);
  return BANNED.flatMap(({ phrase, instead }) =>
    [...prose.matchAll(phrase)].map((match) => {
      const before = prose.slice(0, match.index).split("\n").length - 1;
      const context = text.split("\n")[before]?.trim() ?? "";
      return `${path}:${line + before}: "${match[0].replaceAll(/\s+/g, " ")}" in "${context}": ${instead}.`;
    }),
  );
}

function longLines({ path, line, text }: Block): string[] {
  return text.split("\n").flatMap((row, i) => {
    // The target of a link cannot be broken.
    const { length } = row.replaceAll(/\]\([^)]*\)/g, "]()");
    if (length <= MAX_LINE_LENGTH) return [];
    return [`${path}:${line + i}: ${length} characters. Break the line, or make two sentences of it.`];
  });
}

/** Replaces code and quoted texts by characters that match no phrase, at the same positions. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/`[^`]*`|"[^"]*"/g, (quoted) => quoted.replaceAll(/[^\n]/g, "_"));
}
