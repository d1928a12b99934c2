/** Modules that are written in Python. */

import { DATETIME } from "./datetime.ts";
import {
  COLLECTIONS,
  CONTEXTLIB,
  DATACLASSES,
  FUNCTOOLS,
  IO,
  LOGGING,
  STRING,
  TEXTWRAP,
  THREADING,
  TYPING,
} from "./modules.ts";

const named = (sources: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, { text, file: `/usr/local/lib/python3.12/${name}.py` }]),
  );

export const LIBRARY: Readonly<Record<string, { text: string; file: string }>> = named({
  collections: COLLECTIONS,
  contextlib: CONTEXTLIB,
  dataclasses: DATACLASSES,
  datetime: DATETIME,
  functools: FUNCTOOLS,
  io: IO,
  logging: LOGGING,
  string: STRING,
  textwrap: TEXTWRAP,
  threading: THREADING,
  typing: TYPING,
});
