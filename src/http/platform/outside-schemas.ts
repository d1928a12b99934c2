/** Schemas of requests from outside of a cluster and of their answers. */
import { z } from "@hono/zod-openapi";
import { bytesOfBase64, bytesOfText } from "../../lib/bytes.ts";
import {
  MAX_OUTSIDE_BODY_CHARACTERS,
  MAX_OUTSIDE_HEADER_LENGTH,
  MAX_OUTSIDE_HEADERS,
  MAX_OUTSIDE_PATH_LENGTH,
  MAX_OUTSIDE_TIMEOUT_SECONDS,
} from "../../lib/container-limits.ts";
import { isIPv4 } from "../../lib/names.ts";

const NAME = z.string().min(1).max(253);
const NAMESPACE = z.string().min(1).max(63).optional().openapi({ description: "Default: `default`." });
const PORT = z.number().int().min(1).max(65_535);

/** Headers that follow from the body or belong to a connection. */
const OWN_HEADERS = /^(content-length|transfer-encoding|connection|upgrade)$/i;

const HeaderName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "must be a header's name");
const HeaderValue = z
  .string()
  .max(MAX_OUTSIDE_HEADER_LENGTH)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must not contain control characters, or characters beyond Latin-1");

const Headers = z
  .record(HeaderName, HeaderValue)
  .refine((headers) => Object.keys(headers).length <= MAX_OUTSIDE_HEADERS, `at most ${MAX_OUTSIDE_HEADERS} headers`)
  .superRefine((headers, context) => {
    for (const name of Object.keys(headers)) {
      if (!OWN_HEADERS.test(name)) continue;
      context.addIssue({ code: "custom", path: [name], message: "is set by the connection; leave it out" });
    }
  })
  .openapi({
    type: "object",
    additionalProperties: { type: "string" },
    maxProperties: MAX_OUTSIDE_HEADERS,
    description: "`host` decides about rules of Ingresses; its default is that of the Ingress or Gateway.",
  });

/** Exactly one of them is given. */
export const outsideTargets = {
  service: z
    .strictObject({ namespace: NAMESPACE, name: NAME, port: z.union([PORT, z.string().min(1).max(63)]).optional() })
    .optional()
    .openapi({
      description:
        "A Service: by its load balancer's address, else by its node port, else by its cluster address as through a tunnel. `port`: number or name.",
    }),
  nodePort: z
    .strictObject({ port: PORT, node: NAME.optional() })
    .optional()
    .openapi({ description: "A port of a node. Default: the first node that is up." }),
  ingress: z
    .strictObject({ namespace: NAMESPACE, name: NAME })
    .optional()
    .openapi({ description: "An Ingress: by the address in its status." }),
  gateway: z
    .strictObject({ namespace: NAMESPACE, name: NAME, listener: NAME.optional() })
    .optional()
    .openapi({ description: "A Gateway: by the address in its status, at the port of a listener." }),
};

export const OutsideRequest = z
  .strictObject({
    ...outsideTargets,
    scheme: z.enum(["http", "https"]).optional().openapi({ description: "Default: `http`." }),
    method: z
      .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
      .optional()
      .openapi({ description: "Default: `GET`." }),
    path: z
      .string()
      .max(MAX_OUTSIDE_PATH_LENGTH)
      .regex(/^\/[\x21-\x7e]*$/, "must begin with / and be percent-encoded")
      .optional()
      .openapi({ description: "Path and query. Default: `/`." }),
    headers: Headers.optional(),
    body: z.string().max(MAX_OUTSIDE_BODY_CHARACTERS).optional(),
    encoding: z
      .enum(["utf-8", "base64"])
      .optional()
      .openapi({ description: "How `body` is written. Default: `utf-8`." }),
    from: z
      .string()
      .refine(isIPv4, "must be an IPv4 address")
      .optional()
      .openapi({ description: "The address of the client, as policies and logs see it. Default: 192.168.0.1." }),
    timeoutSeconds: z
      .number()
      .min(0.001)
      .max(MAX_OUTSIDE_TIMEOUT_SECONDS)
      .optional()
      .openapi({ description: "How long the client waits, in cluster time. Default: 30." }),
  })
  .superRefine((request, context) => {
    const given = Object.keys(outsideTargets).filter(
      (name) => request[name as keyof typeof outsideTargets] !== undefined,
    );
    if (given.length === 1) return;
    const message = `exactly one target must be given: ${Object.keys(outsideTargets).join(", ")}`;
    context.addIssue({ code: "custom", message });
  })
  .superRefine(({ body, encoding }, context) => {
    if (encoding !== "base64" || body === undefined) return;
    const isValid = /^[A-Za-z0-9+/]*={0,2}$/.test(body) && body.length % 4 === 0;
    if (!isValid) context.addIssue({ code: "custom", path: ["body"], message: "must be base64" });
  })
  .openapi("OutsideRequest");

/** The request as the control plane takes it, with its defaults. */
export function outsideRequestOf({ service, nodePort, ingress, gateway, ...asked }: z.output<typeof OutsideRequest>) {
  const { body = "", encoding = "utf-8", headers = {}, from = "192.168.0.1", timeoutSeconds = 30 } = asked;
  const { scheme = "http", method = "GET", path = "/" } = asked;
  const named = <T extends { namespace?: string | undefined }>(target: T | undefined) =>
    target && { ...target, namespace: target.namespace ?? "default" };
  return {
    ...{ service: named(service), nodePort, ingress: named(ingress), gateway: named(gateway) },
    ...{ scheme, method, path, from, timeoutMs: timeoutSeconds * 1000 },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: encoding === "base64" ? bytesOfBase64(body) : bytesOfText(body),
  };
}

export const OutsidePod = z.object({
  namespace: z.string(),
  name: z.string(),
  node: z.string().nullable(),
  ip: z.string().nullable(),
});

export const OUTSIDE_ERRORS = [
  ...(["no_address", "unknown_host", "connection_refused", "timed_out"] as const),
  ...(["no_route_to_host", "connection_reset"] as const),
];

export const OutsideAnswer = z
  .object({
    status: z.number().int().nullable().openapi({ description: "Null where no answer came: see `error`." }),
    headers: z.record(z.string(), z.string()).openapi({ description: "By lower-case name." }),
    body: z.string(),
    encoding: z.enum(["utf-8", "base64"]).openapi({ description: "How `body` is written." }),
    isTruncated: z.boolean().openapi({ description: "The body was longer than the API shows." }),
    pod: OutsidePod.nullable().openapi({ description: "The pod that answered; null if none did." }),
    proxy: OutsidePod.nullable().openapi({
      description: "The pod of the Ingress controller or Gateway in front of it.",
    }),
    connected: z
      .object({ address: z.string(), port: z.number().int() })
      .nullable()
      .openapi({ description: "Where the client connected to." }),
    durationSeconds: z.number().openapi({ description: "How long the client waited, in cluster time." }),
    error: z
      .object({
        code: z.enum(OUTSIDE_ERRORS).openapi({ description: "`no_address`: the Ingress or Gateway has none yet." }),
        message: z.string(),
      })
      .nullable()
      .openapi({ description: "What the client sees instead of an answer." }),
  })
  .openapi("OutsideAnswer");
