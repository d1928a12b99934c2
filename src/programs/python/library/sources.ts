/** Modules that are written in Python. */

import { ARGPARSE } from "./arguments.ts";
import { ASYNCIO } from "./asyncio.ts";
import { ASYNCIO_SYNC } from "./asyncio-sync.ts";
import { ASYNCIO_WAITING } from "./asyncio-waiting.ts";
import { CONTEXTLIB } from "./contexts.ts";
import { DATETIME } from "./datetime.ts";
import { ENUM } from "./enum.ts";
import { INSPECT } from "./inspect.ts";
import { LOGGING } from "./logging.ts";
import { COLLECTIONS, DATACLASSES, FUNCTOOLS, IO, STRING, TEXTWRAP, THREADING, TYPING } from "./modules.ts";
import { FNMATCH, GLOB, PATHLIB, SHUTIL, TEMPFILE } from "./paths.ts";
import { ABC, BISECT, COPY, FUTURES, HEAPQ, HMAC, OPERATOR, QUEUE, STATISTICS } from "./structures.ts";
import { CONFIGPARSER, CSV, TEMPLATE } from "./texts.ts";
import { CHAIN_MAP, ITERTOOLS, MORE_FUNCTOOLS } from "./tools.ts";

const named = (sources: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, { text, file: `/usr/local/lib/python3.12/${name}.py` }]),
  );

export const LIBRARY: Readonly<Record<string, { text: string; file: string }>> = named({
  abc: ABC,
  argparse: ARGPARSE,
  asyncio: ASYNCIO + ASYNCIO_WAITING + ASYNCIO_SYNC,
  bisect: BISECT,
  collections: COLLECTIONS + CHAIN_MAP,
  concurrent: "",
  "concurrent.futures": FUTURES,
  configparser: CONFIGPARSER,
  contextlib: CONTEXTLIB,
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
  inspect: INSPECT,
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
