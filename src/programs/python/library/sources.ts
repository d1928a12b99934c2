/** Modules that are written in Python. */

import { ARGPARSE } from "./arguments.ts";
import { DATETIME } from "./datetime.ts";
import { ENUM } from "./enum.ts";
import { LOGGING } from "./logging.ts";
import { COLLECTIONS, CONTEXTLIB, DATACLASSES, FUNCTOOLS, IO, STRING, TEXTWRAP, THREADING, TYPING } from "./modules.ts";
import { FNMATCH, GLOB, PATHLIB, SHUTIL, TEMPFILE } from "./paths.ts";
import { ABC, BISECT, COPY, FUTURES, HEAPQ, HMAC, OPERATOR, QUEUE, STATISTICS } from "./structures.ts";
import { CONFIGPARSER, CSV, TEMPLATE } from "./texts.ts";
import { CHAIN_MAP, CONTEXTS, ITERTOOLS, MORE_FUNCTOOLS } from "./tools.ts";

const named = (sources: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, { text, file: `/usr/local/lib/python3.12/${name}.py` }]),
  );

export const LIBRARY: Readonly<Record<string, { text: string; file: string }>> = named({
  abc: ABC,
  argparse: ARGPARSE,
  bisect: BISECT,
  collections: COLLECTIONS + CHAIN_MAP,
  concurrent: "",
  "concurrent.futures": FUTURES,
  configparser: CONFIGPARSER,
  contextlib: CONTEXTLIB + CONTEXTS,
  copy: COPY,
  csv: CSV,
  dataclasses: DATACLASSES,
  datetime: DATETIME,
  enum: ENUM,
  fnmatch: FNMATCH,
  functools: FUNCTOOLS + MORE_FUNCTOOLS,
  glob: GLOB,
  heapq: HEAPQ,
  hmac: HMAC,
  io: IO,
  itertools: ITERTOOLS,
  logging: LOGGING,
  operator: OPERATOR,
  pathlib: PATHLIB,
  queue: QUEUE,
  shutil: SHUTIL,
  statistics: STATISTICS,
  string: STRING + TEMPLATE,
  tempfile: TEMPFILE,
  textwrap: TEXTWRAP,
  threading: THREADING,
  typing: TYPING,
});
