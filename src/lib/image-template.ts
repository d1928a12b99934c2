/** Texts with placeholders (`{{hostname}}`) in documents of images: which placeholders there are, and their values. */

/** Placeholders and their meanings. `header`, `query` and `env` are followed by a dot and a name. */
export const PLACEHOLDERS = {
  hostname: "the pod's host name",
  podIP: "the pod's first address",
  time: "the time, RFC 3339 with milliseconds",
  "env.NAME": "an environment variable; empty if it is not set",
} as const;

/** Placeholders that only answers and the access log have. */
export const REQUEST_PLACEHOLDERS = {
  method: "the request's method",
  path: "the request's path without its query",
  "query.NAME": "a parameter of the query; empty if it is missing",
  "header.NAME": "a header of the request; empty if it is missing",
  body: "the request's body",
  client: "the client's address",
  status: "the answer's status",
  requests: "the number of requests since the start, this one included",
} as const;

const PLACEHOLDER = /\{\{\s*([A-Za-z]+)(?:\.([^{}\s]+))?\s*\}\}/g;
/** Anything in double braces, to find what is no placeholder. */
const BRACES = /\{\{(.*?)\}\}/gs;

/** The placeholders of a template that do not exist. */
export function unknownPlaceholders(template: string, { ofRequest }: { ofRequest: boolean }): string[] {
  const known = new Set(Object.keys(ofRequest ? { ...PLACEHOLDERS, ...REQUEST_PLACEHOLDERS } : PLACEHOLDERS));
  return [...template.matchAll(BRACES)]
    .map(([text]) => text)
    .filter((text) => {
      const [match] = [...text.matchAll(PLACEHOLDER)];
      const [whole, name = "", argument] = match ?? [];
      return whole !== text || !known.has(argument === undefined ? name : `${name}.NAME`);
    });
}

/** The text with the values of its placeholders. `value` gets the name, and the argument of `env.NAME` and the like. */
export function fillTemplate(template: string, value: (name: string, argument: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string, argument: string | undefined) => value(name, argument ?? ""));
}
