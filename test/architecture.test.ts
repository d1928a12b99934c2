/** Rules of the code that a machine can check. Each finding has the place, the problem and what to do instead. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { importCircles } from "./architecture/circles.ts";
import {
  declaredNames,
  importsOf,
  isFreeName,
  PROJECT_ROOT,
  place,
  readSources,
  type SourceFile,
  targetOf,
  walk,
} from "./architecture/source.ts";
import { staleExceptions, upstreamFindings } from "./architecture/upstream.ts";

interface FolderRule {
  pure: boolean;
  imports: readonly string[];
  /** Folders that may be imported by `import type` only. */
  types?: readonly string[];
  packages?: readonly string[];
}

import { unusedExports } from "./architecture/unused-exports.ts";

/**
 * The imports that each folder of `src` may have besides `lib` and itself. ARCHITECTURE.md has the same table.
 * Pure folders have no I/O, clock, randomness or await, which makes a cluster reproducible.
 */
const FOLDERS: Record<string, FolderRule> = {
  lib: {
    pure: true,
    imports: [],
    packages: [
      "@noble/curves/ed25519.js",
      "@noble/curves/nist.js",
      "@noble/hashes/hmac.js",
      "@noble/hashes/legacy.js",
      "@noble/hashes/sha2.js",
      "@noble/hashes/utils.js",
      "re2js",
    ],
  },
  schema: { pure: true, imports: [] },
  cel: { pure: true, imports: ["schema"], packages: ["@marcbachmann/cel-js", "@marcbachmann/cel-js/evaluator"] },
  kinds: { pure: true, imports: ["schema", "cel"] },
  cluster: { pure: true, imports: ["kinds", "schema"] },
  edge: { pure: true, imports: ["kinds", "cluster", "schema"] },
  controllers: { pure: true, imports: ["kinds", "cluster", "schema", "cel", "edge"] },
  scheduler: { pure: true, imports: ["kinds", "cluster", "schema", "controllers"] },
  files: { pure: true, imports: [] },
  shell: { pure: true, imports: ["files"], packages: ["unbash"] },
  programs: {
    pure: true,
    imports: ["schema", "cel", "shell", "files", "yaml"],
    packages: [
      "fflate",
      "yaml",
      "@lezer/common",
      "@lezer/python",
      "@noble/ciphers/aes.js",
      "@noble/hashes/hmac.js",
      "@noble/hashes/legacy.js",
      "@noble/hashes/pbkdf2.js",
      "@noble/hashes/sha2.js",
      "acorn",
      "jmespath",
    ],
  },
  images: { pure: true, imports: ["programs", "shell", "files"] },
  network: { pure: true, imports: ["kinds", "cluster", "schema", "shell", "files", "edge"] },
  kubelet: {
    pure: true,
    imports: [
      "kinds",
      "cluster",
      "schema",
      "controllers",
      "scheduler",
      "files",
      "shell",
      "programs",
      "images",
      "network",
    ],
  },
  yaml: { pure: true, imports: [], packages: ["yaml", "js-yaml"] },
  apiserver: { pure: true, imports: ["kinds", "cluster", "schema", "cel", "yaml"] },
  "control-plane": {
    pure: true,
    imports: [
      "schema",
      "kinds",
      "cluster",
      "controllers",
      "scheduler",
      "kubelet",
      "apiserver",
      "files",
      "shell",
      "programs",
      "images",
      "network",
    ],
  },
  storage: { pure: false, imports: [], types: ["cluster"] },
  runtime: { pure: false, imports: ["control-plane", "cluster", "apiserver", "storage", "kinds", "schema"] },
  platform: { pure: false, imports: ["runtime", "control-plane", "cluster", "storage", "kinds", "schema", "cel"] },
  http: { pure: false, imports: ["runtime", "platform", "apiserver"] },
};

/** Only the entry may import from every folder. */
const ENTRY = "worker.ts";

/** Globals that a pure folder must not use, with the alternative. */
const IMPURE_GLOBALS: Record<string, string> = {
  crypto: "draw from the cluster's generator (lib/prng.ts), or ask for the secret through `needs`",
  performance: "take `nowMs` as an argument",
  setTimeout: "return the time at which to run again",
  setInterval: "return the time at which to run again",
  setImmediate: "return the time at which to run again",
  queueMicrotask: "call it directly",
  fetch: "ask for it through `needs`",
  Promise: "ask for what is not known yet through `needs`",
  process: "take settings as arguments",
  console: "return what should be told",
  Intl: "write it out: locales differ between runtimes",
};

const IMPURE_MEMBERS: Record<string, string> = {
  "Date.now": "take `nowMs` as an argument",
  "Math.random": "draw from the cluster's generator (lib/prng.ts)",
};

/** Methods whose result depends on the runtime's language data. */
const LOCALE_METHODS = new Set(["localeCompare", "toLocaleString", "toLocaleDateString", "toLocaleTimeString"]);

const MAX_FILE_LINES = 400;

const sources = readSources("src");
const written = sources.filter((file) => !file.isGenerated);
const pureSources = written.filter((file) => FOLDERS[file.folder]?.pure);

describe("architecture", () => {
  it("has a rule for every folder of src", () => {
    const folders = new Set(sources.map((file) => file.folder).filter((folder) => folder !== ENTRY));
    const unknown = [...folders].filter((folder) => !(folder in FOLDERS));
    expect(unknown, "put the folder into FOLDERS in this file and into ARCHITECTURE.md, or move its files").toEqual([]);
  });

  it("imports only in the direction that ARCHITECTURE.md gives", () => {
    expect(sources.flatMap(importFindings)).toEqual([]);
  });

  it("has the same table of folders as ARCHITECTURE.md", () => {
    const rules = Object.entries(FOLDERS).map(([folder, { pure, imports }]) => ({
      folder,
      pure,
      imports: [...imports].sort(),
    }));
    const byFolder = (left: { folder: string }, right: { folder: string }) => (left.folder < right.folder ? -1 : 1);
    expect(documentedFolders().sort(byFolder), "make the table in ARCHITECTURE.md and FOLDERS equal").toEqual(
      rules.sort(byFolder),
    );
  });

  it("has no circle of imports, by value or by type", () => {
    const findings = importCircles(sources).map(
      (circle) => `${circle.join(" → ")}: move the type or function that both need to a file of its own.`,
    );
    expect(findings).toEqual([]);
  });

  it("has no clock, randomness, await or I/O in the pure folders", () => {
    expect(pureSources.flatMap(purityFindings)).toEqual([]);
  });

  it("names no kind in shared code", () => {
    const shared = written.filter((file) => SHARED_FOLDERS.has(file.folder));
    expect(shared.flatMap(kindNameFindings)).toEqual([]);
  });

  it("makes no decision by the text of a message", () => {
    expect(written.flatMap(messageFindings)).toEqual([]);
  });

  it("names the Kubernetes source of every controller, scheduler plugin and part of the kubelet", () => {
    expect(written.flatMap(upstreamFindings)).toEqual([]);
    expect(staleExceptions(written), "remove it from WITHOUT_SOURCE").toEqual([]);
  });

  it("registers every kind and every controller", () => {
    expect(written.flatMap(registryFindings)).toEqual([]);
  });

  it("exports nothing that no other file uses", () => {
    const scripts = readSources("scripts").filter((file) => !file.isGenerated);
    const readers = [...sources, ...readSources("scripts", "test", "bench", "examples")];
    const findings = unusedExports([...written, ...scripts], readers).map(
      (finding) => `${finding}, which no other file imports: drop the word export, or the declaration.`,
    );
    expect(findings).toEqual([]);
  });

  it(`keeps files under ${MAX_FILE_LINES} lines`, () => {
    const files = [...written, ...readSources("scripts", "test").filter((file) => !file.isGenerated)];
    const findings = files
      .filter((file) => file.lineCount > MAX_FILE_LINES)
      .map((file) => `${file.path}: ${file.lineCount} lines. Find its two ideas and give each a file.`);
    expect(findings).toEqual([]);
  });
});

/** The rows of the table with the columns folder, content, purity and imports in ARCHITECTURE.md. */
function documentedFolders(): { folder: string; pure: boolean; imports: string[] }[] {
  const rows = readFileSync(join(PROJECT_ROOT, "ARCHITECTURE.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const header = rows.findIndex((cells) => cells[1] === "folder" && cells.at(-2) === "imports");
  const end = rows.findIndex((cells, i) => i > header && cells.length === 1);
  return rows.slice(header + 2, end).map(([, folder = "", , purity, imports = ""]) => ({
    folder: folder.replaceAll("`", ""),
    pure: purity === "pure",
    imports: imports === "–" ? [] : imports.split(", ").sort(),
  }));
}

function importFindings(file: SourceFile): string[] {
  const rule = FOLDERS[file.folder];
  if (!rule) return [];
  return importsOf(file).flatMap(({ specifier, node }) => {
    const target = targetOf(file, specifier);
    if (target === undefined) {
      return rule.pure && !rule.packages?.includes(specifier)
        ? [
            `${place(file, node)} imports "${specifier}": ${file.folder} is pure and uses no package; pass the result in.`,
          ]
        : [];
    }
    const folder = target.startsWith("src/") ? (target.split("/")[1] ?? "") : target;
    if (folder === file.folder || folder === "lib" || rule.imports.includes(folder)) return [];
    if (rule.types?.includes(folder) && isTypeOnly(node)) return [];
    const types = rule.types?.map((name) => `types of ${name}`) ?? [];
    const allowed = ["lib", file.folder, ...rule.imports, ...types].join(", ");
    return [
      `${place(file, node)} imports ${target}: ${file.folder} may only import ${allowed}. Pass it in as an argument, or move the code to where it may be seen.`,
    ];
  });
}

/** `import type …` and `export type … from`. */
function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.isTypeOnly === true;
  return ts.isExportDeclaration(node) && node.isTypeOnly;
}

function purityFindings(file: SourceFile): string[] {
  const declared = declaredNames(file);
  const findings: string[] = [];
  const report = (node: ts.Node, what: string, instead: string) =>
    findings.push(`${place(file, node)} uses ${what} in a pure folder: ${instead}.`);
  walk(file.tree, (node) => {
    if (ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword) {
      report(node, "async or await", "ask for what is not known yet through `needs`");
    } else if (ts.isPropertyAccessExpression(node)) {
      const member = `${node.expression.getText(file.tree)}.${node.name.text}`;
      const instead = IMPURE_MEMBERS[member];
      if (instead) report(node, member, instead);
      if (LOCALE_METHODS.has(node.name.text)) report(node, node.name.text, "compare with < and >: locales differ");
    } else if (ts.isIdentifier(node)) {
      const instead = IMPURE_GLOBALS[node.text];
      if (instead && Object.hasOwn(IMPURE_GLOBALS, node.text) && !declared.has(node.text) && isFreeName(node)) {
        report(node, node.text, instead);
      }
    } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && !node.arguments?.length) {
      if (node.expression.getText(file.tree) === "Date")
        report(node, "the present time", "take `nowMs` as an argument");
    }
  });
  return findings;
}

/** Where generic code lives. Controllers, scheduler and kubelet are about certain kinds and may name them. */
const SHARED_FOLDERS = new Set([
  "lib",
  "schema",
  "cluster",
  "apiserver",
  "control-plane",
  "storage",
  "runtime",
  "http",
]);

/** Kinds and resources that shared code might be tempted to name. */
const KIND_NAMES = new Set(
  [
    "Pod Node Service Namespace Secret ConfigMap Event Endpoints EndpointSlice Lease ServiceAccount",
    "Deployment ReplicaSet StatefulSet DaemonSet Job CronJob CustomResourceDefinition",
    "pods nodes services namespaces secrets configmaps events endpoints endpointslices leases serviceaccounts",
    "deployments replicasets statefulsets daemonsets jobs cronjobs customresourcedefinitions",
  ]
    .join(" ")
    .split(" "),
);

const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

function kindNameFindings(file: SourceFile): string[] {
  // Admission plugins and authorizers are policies of Kubernetes about certain kinds, as are the parts of a fresh cluster.
  if (/^src\/(apiserver\/(admission|authorization)|cluster\/base)\//.test(file.path)) return [];
  // "namespaces" is a word of every path before it is a resource.
  const isAboutPaths = /^src\/apiserver\/(request-info|routes)\.ts$/.test(file.path);
  const findings: string[] = [];
  walk(file.tree, (node) => {
    const compared =
      ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind) ? [node.left, node.right] : [];
    if (ts.isCaseClause(node)) compared.push(node.expression);
    for (const side of compared) {
      if (!ts.isStringLiteral(side) || !KIND_NAMES.has(side.text)) continue;
      if (isAboutPaths && side.text === "namespaces") continue;
      findings.push(`${place(file, node)} asks for "${side.text}": add a hook to the kind's definition instead.`);
    }
  });
  return findings;
}

/** Names of values that are texts for people. */
const MESSAGES = new Set(["message", "problem", "report", "detail"]);
const LOOKS_INTO = new Set(["startsWith", "endsWith", "includes", "match", "search", "indexOf"]);
/** Files that translate errors of libraries which have only a message. */
const TRANSLATORS = new Set(["src/yaml/yaml.ts"]);

function messageFindings(file: SourceFile): string[] {
  if (TRANSLATORS.has(file.path)) return [];
  const findings: string[] = [];
  const isMessage = (node: ts.Expression | undefined): boolean =>
    node !== undefined &&
    ((ts.isIdentifier(node) && MESSAGES.has(node.text)) ||
      (ts.isPropertyAccessExpression(node) && MESSAGES.has(node.name.text)));
  walk(file.tree, (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const { expression: target, name } = node.expression;
    const isLook = LOOKS_INTO.has(name.text) && isMessage(target);
    const isTest = name.text === "test" && isMessage(node.arguments[0]);
    if (!isLook && !isTest) return;
    findings.push(`${place(file, node)} looks into a message: give what it decides a code or a type of its own.`);
  });
  return findings;
}

/** Types whose exported constants must be listed in a registry, with its path. */
const REGISTRIES: Record<string, { path: RegExp; hint: string }> = {
  KindDefinition: { path: /^src\/kinds\/registry\.ts$/, hint: "add it to src/kinds/registry.ts" },
  Controller: { path: /^src\/(.+\/registry\.ts|control-plane\/.+)$/, hint: "add it to src/controllers/registry.ts" },
};

function registryFindings(file: SourceFile): string[] {
  return exportedConstants(file).flatMap(({ name, type, node }) => {
    const registry = REGISTRIES[type];
    if (!registry || isImported(file, name, registry.path)) return [];
    return [`${place(file, node)} exports the ${type} ${name}, which no registry lists: ${registry.hint}.`];
  });
}

function isImported(file: SourceFile, name: string, into: RegExp): boolean {
  return written.some(
    (other) =>
      into.test(other.path) &&
      importsOf(other).some(
        ({ specifier, node }) => targetOf(other, specifier) === file.path && node.getText(other.tree).includes(name),
      ),
  );
}

/** `export const name: Type<…> = …` and `export const name = … satisfies Type<…>`. */
function exportedConstants(file: SourceFile): { name: string; type: string; node: ts.Node }[] {
  return file.tree.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    if (!statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return [];
    return statement.declarationList.declarations.flatMap((node) => {
      const value = node.initializer;
      const type = node.type ?? (value && ts.isSatisfiesExpression(value) ? value.type : undefined);
      if (!type || !ts.isTypeReferenceNode(type) || !ts.isIdentifier(node.name)) return [];
      return [{ name: node.name.text, type: type.typeName.getText(file.tree), node }];
    });
  });
}
