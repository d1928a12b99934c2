/** The Pod Security level that a namespace's labels ask for, in each of the three modes. */
import type { FieldError } from "../../../kinds/kind.ts";
import { invalid } from "../../../kinds/validation/field-errors.ts";

export type Level = "privileged" | "baseline" | "restricted";

export interface LevelVersion {
  level: Level;
  /** `latest` or `v1.24`. */
  version: string;
}

/** The levels of a namespace by mode. */
export interface Policy {
  enforce: LevelVersion;
  audit: LevelVersion;
  warn: LevelVersion;
}

/** Levels from the least to the most restrictive. */
const LEVELS: readonly Level[] = ["privileged", "baseline", "restricted"];
const PREFIX = "pod-security.kubernetes.io/";
const VERSION = /^v1\.(0|[1-9][0-9]*)$/;
const LATEST = "latest";

/**
 * Reads the labels. An invalid label gives an error and counts as the strictest policy for `enforce`, and as no policy
 * for `warn` and `audit`.
 */
export function policyOf(labels: Readonly<Record<string, string>> = {}): { policy: Policy; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const modes = (["enforce", "audit", "warn"] as const).map((mode) => {
    const level = labels[PREFIX + mode];
    const version = labels[`${PREFIX}${mode}-version`];
    const isKnown = level === undefined || isLevel(level);
    if (!isKnown) errors.push(problem(mode, level, `must be one of ${LEVELS.join(", ")}`));
    const isVersion = version === undefined || version === LATEST || VERSION.test(version);
    if (!isVersion) errors.push(problem(`${mode}-version`, version, 'must be "latest" or "v1.x"'));
    const fallback: Level = mode === "enforce" ? "restricted" : "privileged";
    return {
      level: level === undefined ? "privileged" : isLevel(level) ? level : fallback,
      version: version === undefined || !isVersion ? LATEST : version,
    };
  });
  const [enforce, audit, warn] = modes as [LevelVersion, LevelVersion, LevelVersion];
  // An enforced level also warns, because templates are never refused and their authors would not hear of it.
  const enforced = labels[`${PREFIX}enforce`];
  if (labels[`${PREFIX}warn`] === undefined && enforced !== undefined && isLevel(enforced)) {
    if (isStricter(enforce.level, warn.level)) {
      warn.level = enforce.level;
      if (labels[`${PREFIX}warn-version`] === undefined) warn.version = enforce.version;
    }
  }
  return { policy: { enforce, audit, warn }, errors };
}

/** Does the level allow less than the other one? */
export function isStricter(level: Level, than: Level): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(than);
}

/** `restricted:latest`. */
export function formatLevel({ level, version }: LevelVersion): string {
  return `${level}:${version}`;
}

export function sameLevel(a: LevelVersion, b: LevelVersion): boolean {
  return a.level === b.level && a.version === b.version;
}

/** True if any label is about pod security. Most namespaces have none. */
export function hasPolicy(labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const key in labels) if (key.startsWith(PREFIX)) return true;
  return false;
}

function isLevel(text: string): text is Level {
  return (LEVELS as readonly string[]).includes(text);
}

function problem(label: string, value: string, detail: string): FieldError {
  return invalid(`metadata.labels[${PREFIX}${label}]`, value, detail);
}
