/** The parts of an image reference: `registry/owner/name:tag@digest`. */

const REFERENCE = /^(.+?)(?::([\w][\w.-]{0,127}))?(@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,})?$/;
/** A path of lower-case components, after an optional host with a port. */
const NAME =
  /^(?:[a-zA-Z0-9.-]+(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/** The tag: `latest` without tag and digest; empty for a digest alone and for an invalid reference. */
export function imageTag(image: string): string {
  const match = REFERENCE.exec(image);
  if (!match || !NAME.test(match[1] ?? "")) return "";
  if (match[2] !== undefined) return match[2];
  return match[3] === undefined ? "latest" : "";
}
