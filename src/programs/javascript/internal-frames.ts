/** Frames of Node.js above a program's own, for errors that its functions raise, and where the error is thrown. */
import type { Place } from "./objects.ts";

interface Raised {
  frames: readonly string[];
  place?: Place;
}

const at = (file: string, line: number, text: string, mark: string): Place => ({
  file,
  line,
  column: text.indexOf(mark) + 1,
  text,
});

function ofFile(name: string, line: number, column: number, text: string): Raised {
  return { frames: [`Object.${name} (node:fs:${line}:${column})`], place: { file: "node:fs", line, column, text } };
}

const OPEN = "  return binding.open(";
const LOADER = "node:internal/modules/cjs/loader";

/** By built-in function; `utf8` is the faster way that an encoding takes. */
export const RAISED: Readonly<Record<string, Raised>> = {
  "node:fs.readFileSync": {
    frames: ["Object.openSync (node:fs:621:18)", "Object.readFileSync (node:fs:487:35)"],
    place: { file: "node:fs", line: 621, column: 18, text: OPEN },
  },
  "node:fs.readFileSync utf8": ofFile(
    "readFileSync",
    483,
    20,
    "    return binding.readFileUtf8(path, stringToFlags(options.flag));",
  ),
  "node:fs.openSync": ofFile("openSync", 621, 18, OPEN),
  "node:fs.writeFileSync": ofFile("writeFileSync", 2482, 20, "    return binding.writeFileUtf8("),
  "node:fs.appendFileSync": {
    frames: ["Object.writeFileSync (node:fs:2482:20)", "Object.appendFileSync (node:fs:2564:6)"],
    place: { file: "node:fs", line: 2482, column: 20, text: "    return binding.writeFileUtf8(" },
  },
  "node:fs.statSync": ofFile("statSync", 1794, 25, "  const stats = binding.stat("),
  "node:fs.readdirSync": ofFile("readdirSync", 1630, 26, "  const result = binding.readdir("),
  "node:fs.mkdirSync": ofFile("mkdirSync", 1410, 26, "  const result = binding.mkdir("),
  "node:fs.unlinkSync": ofFile("unlinkSync", 2000, 11, "  binding.unlink(getValidatedPath(path));"),
  "node:fs.accessSync": ofFile("accessSync", 244, 11, "  binding.access(getValidatedPath(path), mode);"),
  "node:fs.rmdirSync": ofFile("rmdirSync", 1236, 11, "  binding.rmdir(path);"),
  "node:fs.renameSync": ofFile("renameSync", 1073, 11, "  binding.rename("),
  "node:fs.copyFileSync": ofFile("copyFileSync", 3200, 11, "  binding.copyFile("),
  "node:fs.rmSync": {
    frames: ["Object.rmSync (node:fs:1281:16)"],
    place: at("node:internal/errors", 543, "      throw error;", "throw"),
  },
  "node:module.resolve": {
    frames: [
      `Module._resolveFilename (${LOADER}:1564:15)`,
      `wrapResolveFilename (${LOADER}:1118:27)`,
      `defaultResolveImplForCJSLoading (${LOADER}:1142:10)`,
      `resolveForCJSWithHooks (${LOADER}:1169:12)`,
      `Module._load (${LOADER}:1341:5)`,
      `wrapModuleLoad (${LOADER}:261:19)`,
      `Module.require (${LOADER}:1674:12)`,
      "require (node:internal/modules/helpers:157:16)",
    ],
    place: at(LOADER, 1568, "  throw err;", "throw"),
  },
};

/** Where Node.js throws the errors of its own checks. */
export const CHECKED: Place = at("node:internal/errors", 543, "      throw error;", "throw");

/** Where an emitter throws an error that has no listener. */
export const UNHANDLED: Place = at("node:events", 505, "    throw er; // Unhandled 'error' event", "throw");

/** Where an assertion fails. */
export const ASSERTED: Place = at("node:assert", 152, "  throw new AssertionError(obj);", "throw");

const ESM = "node:internal/modules/esm";

/** A module of ECMAScript that cannot be found. */
export const UNRESOLVED: { frames: readonly string[]; place: Place } = {
  frames: [
    `finalizeResolution (${ESM}/resolve:272:11)`,
    `moduleResolve (${ESM}/resolve:879:10)`,
    `defaultResolve (${ESM}/resolve:1006:11)`,
    `#cachedDefaultResolve (${ESM}/loader:705:20)`,
    `#resolveAndMaybeBlockOnLoaderThread (${ESM}/loader:725:38)`,
    `ModuleLoader.resolveSync (${ESM}/loader:763:56)`,
    `#resolve (${ESM}/loader:687:17)`,
    `ModuleLoader.getOrCreateModuleJob (${ESM}/loader:607:35)`,
    `ModuleJob.syncLink (${ESM}/module_job:276:33)`,
    `ModuleJob.link (${ESM}/module_job:381:17)`,
  ],
  place: at(`${ESM}/resolve`, 272, "    throw new ERR_MODULE_NOT_FOUND(", "new"),
};
