/** Schemas of organizations' own images. */
import { z } from "@hono/zod-openapi";
import {
  MAX_IMAGE_BYTES,
  MAX_IMAGE_FILES,
  MAX_IMAGE_PORTS,
  MAX_IMAGE_SIZE_BYTES,
  MAX_IMAGE_TAGS,
  MAX_IMAGE_VARIABLES,
  MAX_IMAGE_WORDS,
} from "../../lib/container-limits.ts";
import { SCRIPT_FOLDER, SERVER_PATH, STOP_SIGNALS } from "../../lib/image-document.ts";
import { exampleImage } from "./image-examples.ts";
import { pathParameter } from "./schemas.ts";
import { type DocumentedObject, LimitedMap, Server, Text } from "./server-schemas.ts";

/** Absolute, without `.`, `..` and empty parts. */
const AbsolutePath = z
  .string()
  .max(4096)
  .regex(/^\//, "must be an absolute path")
  .refine(isNormalPath, "must be an absolute path without `.`, `..` and a slash at the end");
const OWNER = /^[0-9]{1,9}(:[0-9]{1,9})?$/;
/** Padded, without line breaks. */
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function isNormalPath(path: string): boolean {
  return path
    .slice(1)
    .split("/")
    .every((part) => part !== "" && part !== "." && part !== ".." && !part.includes("\0"));
}

const attributes = {
  mode: z
    .string()
    .regex(/^[0-7]{3,4}$/, "must be an octal mode such as 0755")
    .optional()
    .openapi({ description: "Default: `0644`." }),
  owner: z
    .string()
    .regex(OWNER, "must be `uid` or `uid:gid` as numbers")
    .optional()
    .openapi({ description: "`uid:gid`. Default: `0:0`." }),
};

const File = z.union([
  z.strictObject({ text: Text, ...attributes }),
  z.strictObject({ base64: z.string().max(MAX_IMAGE_BYTES).regex(BASE64, "must be base64 (RFC 4648)"), ...attributes }),
]);

const text = { type: "string" } as const;

const DOCUMENTED_FILE: DocumentedObject = {
  type: "object",
  properties: { text, base64: text, mode: text, owner: text },
  additionalProperties: false,
  description:
    "Either `text` or `base64`. `mode` is octal (default `0644`), `owner` is `uid:gid` as numbers (default `0:0`).",
};

const Tag = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "must be a tag of 1 to 128 letters, digits, `_`, `.` and `-`");
const Words = z.array(Text).max(MAX_IMAGE_WORDS);
const Port = z.number().int().min(1).max(65_535);

const document = {
  base: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: "An image of the catalogue, such as `python:3.12`, or `scratch`. Default: `alpine`." }),
  sizeBytes: z.number().int().min(0).max(MAX_IMAGE_SIZE_BYTES).optional().openapi({
    description: "Compressed size, which decides how long a pull takes. Default: that of the base and the files.",
  }),
  user: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_.-]*(:[A-Za-z0-9_.-]+)?$/, "must be `name`, `uid` or `uid:gid`")
    .optional()
    .openapi({ description: "Default: the base's." }),
  workingDir: AbsolutePath.optional(),
  env: LimitedMap({
    key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/, "must be the name of a variable"),
    value: Text,
    limit: MAX_IMAGE_VARIABLES,
    what: "variables",
  })
    .optional()
    .openapi({ description: "Besides the base's variables." }),
  entrypoint: Words.optional().openapi({
    description: "Default: the script, else the server, else the base's entrypoint.",
  }),
  cmd: Words.optional().openapi({ description: "Arguments of the entrypoint. Default: the base's, or none." }),
  ports: z.array(Port).max(MAX_IMAGE_PORTS).optional(),
  stopSignal: z.enum(STOP_SIGNALS).optional().openapi({ description: "Default: the base's, else SIGTERM." }),
  files: LimitedMap({
    key: AbsolutePath,
    value: File,
    documented: DOCUMENTED_FILE,
    limit: MAX_IMAGE_FILES,
    what: "files",
  })
    .optional()
    .openapi({ description: "By absolute path." }),
  script: Text.optional().openapi({
    description: `The text of an executable in \`${SCRIPT_FOLDER}\` with the image's name. Without \`#!\`, \`/bin/sh\` runs it.`,
  }),
  server: Server.optional().openapi({
    description: `A server described by data, as the executable \`${SERVER_PATH}\`. A script starts it with \`exec server\`.`,
  }),
};

export const NewImage = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(255)
      .openapi({ description: "As pods name it, without tag: `shop`, `registry.example.com/team/shop`." }),
    tags: z
      .union([z.array(Tag).min(1).max(MAX_IMAGE_TAGS), z.literal("any")])
      .optional()
      .openapi({ description: "Tags that exist, or `any`. Default: `latest`. Documents of one name share no tag." }),
    pullSecret: z
      .strictObject({
        username: z
          .string()
          .min(1)
          .max(256)
          .regex(/^[^:]*$/, "must not contain a colon"),
        password: z.string().min(1).max(256),
      })
      .optional()
      .openapi({
        description: "The login that a pod's imagePullSecrets must have for the registry. Default: none is needed.",
      }),
    ...document,
  })
  .openapi("NewImage");

export const ImageSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    tags: z.union([z.array(z.string()), z.literal("any")]),
    digest: z.string().openapi({ description: "Of the document's content: part of a pod's `imageID`." }),
    pullSecret: z.object({ username: z.string() }).nullable().openapi({ description: "Without the password." }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi("ImageSummary");

export const Image = ImageSummary.extend({ ...document, base: z.string() }).openapi("Image");

export const ImagePath = z.object({ imageId: pathParameter("imageId", exampleImage.id) });
