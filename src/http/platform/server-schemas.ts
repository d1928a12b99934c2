/** The schema of a server that is described by data. Templates are checked for placeholders that do not exist. */
import { z } from "@hono/zod-openapi";
import {
  MAX_ANSWER_MS,
  MAX_IMAGE_BYTES,
  MAX_IMAGE_PORTS,
  MAX_IMAGE_VARIABLES,
  MAX_SERVER_ANSWERS,
  MAX_SERVER_HEADERS,
  MAX_SERVER_LINES,
  MAX_SERVER_MEMORY_BYTES,
  MAX_SERVER_TIME_MS,
} from "../../lib/container-limits.ts";
import { HANDLED_SIGNALS, HTTP_METHODS } from "../../lib/image-document.ts";
import { PLACEHOLDERS, REQUEST_PLACEHOLDERS, unknownPlaceholders } from "../../lib/image-template.ts";

/** A text without NUL, which neither files of the database nor processes can hold. */
export const Text = z
  .string()
  .max(MAX_IMAGE_BYTES)
  .regex(/^[^\0]*$/, "must not contain NUL")
  .openapi({ pattern: "^[^\\x00]*$" });

/** An object whose fields are texts, as the document has it. An alias, because an interface would lack an index. */
export type DocumentedObject = {
  type: "object";
  properties: Record<string, { type: "string" }>;
  additionalProperties: boolean;
  description: string;
};

interface MapOptions<V extends z.ZodType> {
  key: z.ZodString;
  value: V;
  /** The value's schema in the document, which cannot be derived behind the check of keys. */
  documented?: DocumentedObject;
  limit: number;
  what: string;
}

/** A map with a limited number of entries. Refuses `__proto__`, which JavaScript objects would lose silently. */
export function LimitedMap<V extends z.ZodType>({ key, value, documented, limit, what }: MapOptions<V>) {
  return z
    .preprocess(
      (entries, context) => {
        if (typeof entries === "object" && entries !== null && Object.hasOwn(entries, "__proto__")) {
          context.addIssue({ code: "custom", message: "`__proto__` is not a valid key" });
        }
        return entries;
      },
      z.record(key, value).refine((entries) => Object.keys(entries).length <= limit, `at most ${limit} ${what}`),
    )
    .openapi({ type: "object", additionalProperties: documented ?? { type: "string" as const }, maxProperties: limit });
}

function template({ ofRequest }: { ofRequest: boolean }) {
  return Text.superRefine((text, context) => {
    for (const placeholder of unknownPlaceholders(text, { ofRequest })) {
      context.addIssue({ code: "custom", message: `there is no placeholder ${placeholder.slice(0, 80)}` });
    }
  });
}

const Line = template({ ofRequest: false }).refine((text) => !text.includes("\n"), "must be one line");
const RequestTemplate = template({ ofRequest: true });
const ServerTime = z.number().int().min(0).max(MAX_SERVER_TIME_MS);
const AnswerTime = z.number().int().min(0).max(MAX_ANSWER_MS);
const ExitCode = z.number().int().min(0).max(255);
const Variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/, "must be the name of a variable");

const Answer = z.strictObject({
  method: z
    .enum(HTTP_METHODS)
    .optional()
    .openapi({ description: "Default: every method. An answer to GET is also one to HEAD." }),
  path: z
    .string()
    .max(2048)
    .regex(/^(\/[^*?#]*)?\*?$/, "must begin with `/`; a prefix ends with `*`")
    .min(1)
    .openapi({ description: "Exact, or a prefix that ends with `*`." }),
  fromMs: ServerTime.optional().openapi({ description: "The answer begins at this time since the start." }),
  untilMs: ServerTime.optional().openapi({ description: "The answer ends at this time since the start." }),
  status: z.number().int().min(200).max(599).optional().openapi({ description: "Default: 200." }),
  headers: LimitedMap({
    key: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, "must be the name of a header"),
    value: RequestTemplate.refine((text) => !/[\r\n]/.test(text), "must be one line"),
    limit: MAX_SERVER_HEADERS,
    what: "headers",
  }).optional(),
  body: RequestTemplate.optional().openapi({ description: "A template." }),
  delayMs: AnswerTime.optional().openapi({ description: "Default: 1." }),
  cpuMs: AnswerTime.optional().openapi({ description: "Time on the processor." }),
  exitCode: ExitCode.optional().openapi({ description: "The program ends with this code after the answer." }),
});

const Signal = z.strictObject({
  lines: z.array(Line).max(MAX_SERVER_LINES).optional(),
  afterMs: ServerTime.optional().openapi({ description: "From the signal to the end of the program." }),
  exitCode: ExitCode.optional().openapi({ description: "Default: the program goes on." }),
});

const TEMPLATES = Object.entries({ ...PLACEHOLDERS, ...REQUEST_PLACEHOLDERS })
  .map(([name, meaning]) => `- \`{{${name}}}\`: ${meaning}`)
  .join("\n");

export const Server = z
  .strictObject({
    ports: z
      .array(z.number().int().min(1).max(65_535))
      .max(MAX_IMAGE_PORTS)
      .optional()
      .openapi({ description: "Default: the image's ports, else 8080." }),
    needs: z
      .strictObject({
        env: z.array(Variable).min(1).max(MAX_IMAGE_VARIABLES),
        lines: z.array(Line).max(MAX_SERVER_LINES).optional(),
        exitCode: ExitCode.optional().openapi({ description: "Default: 1." }),
      })
      .optional()
      .openapi({ description: "Variables without which the program prints these lines and ends." }),
    log: z
      .array(
        z.strictObject({
          afterMs: ServerTime.optional().openapi({ description: "Since the start. Default: 0." }),
          line: Line,
          stream: z.enum(["stdout", "stderr"]).optional(),
        }),
      )
      .max(MAX_SERVER_LINES)
      .optional(),
    readyAfterMs: ServerTime.optional().openapi({ description: "From the start until it listens. Default: 100." }),
    answers: z.array(Answer).max(MAX_SERVER_ANSWERS).optional().openapi({
      description: "The first one that matches. Other paths are 404, other methods of these paths 405.",
    }),
    accessLog: RequestTemplate.refine((text) => !text.includes("\n"), "must be one line")
      .optional()
      .openapi({ description: "A line for each request, as a template." }),
    exit: z
      .strictObject({ afterMs: ServerTime, code: ExitCode.optional(), line: Line.optional() })
      .optional()
      .openapi({ description: "The program ends by itself." }),
    signals: z
      .partialRecord(z.enum(HANDLED_SIGNALS), Signal)
      .optional()
      .openapi({ description: "Default: TERM, INT and QUIT end the program with code 0." }),
    memoryBytes: z.number().int().min(0).max(MAX_SERVER_MEMORY_BYTES).optional(),
  })
  .openapi("ImageServer", {
    description: `A server described by data. Texts of answers, headers and log lines are templates:\n\n${TEMPLATES}\n\nLog lines, and lines of signals, have only the first four.`,
  });
