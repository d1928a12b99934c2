/** All groups of differential tests. */
import type { Group } from "../table.ts";
import { AWK_LANGUAGE } from "./awk.ts";
import { DATES } from "./dates.ts";
import { CHANGING, LISTING } from "./files.ts";
import { AWK, DIFF, GREP, JQ, OTHERS, SED } from "./filters.ts";
import { JQ_MORE } from "./jq.ts";
import { FIND, NUMBERS } from "./more.ts";
import { ALLOCATION, CALCULATOR, SMALL, UNITS } from "./small.ts";
import { TEXT } from "./text.ts";

export const GROUPS: readonly Group[] = [
  { name: "text", cases: TEXT },
  { name: "listing", cases: LISTING },
  { name: "changing", cases: CHANGING, showsFiles: true },
  { name: "grep", cases: GREP },
  { name: "awk", cases: AWK, flavours: ["gnu", "busybox"] },
  { name: "awk-language", cases: AWK_LANGUAGE, showsFiles: true },
  { name: "sed", cases: SED, showsFiles: true },
  { name: "jq", cases: JQ, flavours: ["gnu"] },
  { name: "jq-language", cases: JQ_MORE, flavours: ["gnu"] },
  { name: "diff", cases: DIFF },
  { name: "others", cases: OTHERS, flavours: ["gnu"] },
  { name: "dates", cases: DATES },
  { name: "find", cases: FIND, showsFiles: true },
  { name: "calculator", cases: CALCULATOR },
  { name: "units", cases: UNITS, flavours: ["gnu"] },
  { name: "small", cases: SMALL, showsFiles: true },
  { name: "allocation", cases: ALLOCATION, showsFiles: true },
  { name: "numbers", cases: NUMBERS, showsFiles: true },
];
