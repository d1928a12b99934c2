/** Organizations as the platform shows them. */
import type { OrganizationRow } from "../storage/store.ts";

/** Times are RFC 3339. */
export function organizationView({ id, name, createdAtMs }: OrganizationRow) {
  return { id, name, createdAt: new Date(createdAtMs).toISOString() };
}
