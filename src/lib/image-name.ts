/** References to images as the container world reads them: `registry/owner/name:tag@digest`. */

const REFERENCE = /^(.+?)(?::([\w][\w.-]{0,127}))?(@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,})?$/;
/** A path of components in lower case, after an optional host with a port. */
const NAME =
  /^(?:[a-zA-Z0-9.-]+(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/** The tag: `latest` where neither tag nor digest is given, empty for a digest alone or text that is no reference. */
export function imageTag(image: string): string {
  const match = REFERENCE.exec(image);
  if (!match || !NAME.test(match[1] ?? "")) return "";
  if (match[2] !== undefined) return match[2];
  return match[3] === undefined ? "latest" : "";
}
