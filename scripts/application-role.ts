/**
 * The role that the application logs in as. It owns nothing and has only the rights of `sandbar_app`. All SQL of this role
 * stays within row-level security, also after `RESET ROLE`.
 */
import type { SqlBackend } from "./local/sql/backend.ts";

export interface ApplicationRole {
  name: string;
  /** Null: the role has no password (the embedded database needs none). */
  password: string | null;
}

/** Where to migrate and where the application connects, from `DATABASE_OWNER_URL` and `DATABASE_URL`. */
export interface DatabaseUrls {
  ownerUrl: string;
  applicationUrl: string;
  /** Null: the application connects as the owner. */
  applicationRole: ApplicationRole | null;
}

export const SHARED_ROLE_WARNING =
  "DATABASE_URL connects as the role that owns the tables. Set DATABASE_OWNER_URL for migrations, and give DATABASE_URL a " +
  "role that owns nothing: README.md, In production.";

/** Null where neither is set. Without `DATABASE_OWNER_URL` the application's role migrates, too. */
export function databaseUrls(environment: Readonly<Record<string, string | undefined>>): DatabaseUrls | null {
  const applicationUrl = environment["DATABASE_URL"];
  const ownerUrl = environment["DATABASE_OWNER_URL"] || applicationUrl;
  if (!applicationUrl || !ownerUrl) return null;
  const [application, owner] = [new URL(applicationUrl), new URL(ownerUrl)];
  const isShared = application.username === owner.username;
  const name = decodeURIComponent(application.username);
  const password = application.password === "" ? null : decodeURIComponent(application.password);
  return { ownerUrl, applicationUrl, applicationRole: isShared ? null : { name, password } };
}

/** The existing role has more rights than the application needs. The message lists them. */
export class ApplicationRoleError extends Error {
  override readonly name = "ApplicationRoleError";
}

/**
 * Creates the role with the password if it is missing, and grants it `sandbar_app`. An existing role keeps its
 * password. Run it as the owner, after the migrations.
 */
export async function ensureApplicationRole(owner: SqlBackend, { name, password }: ApplicationRole): Promise<void> {
  const { rows } = await owner.query({ query: FAULTS, params: [name] });
  if (rows.length === 0) return owner.script(creation(name, password));
  throw new ApplicationRoleError(
    `The role ${name} of DATABASE_URL ${rows.map(([fault]) => fault).join(", ")}. ` +
      "The application needs a role that owns nothing; a new name in DATABASE_URL is made one.",
  );
}

function creation(name: string, password: string | null): string {
  const login = password === null ? "LOGIN" : `LOGIN PASSWORD ${literal(password)}`;
  // Roles belong to the whole server: the migration of another database may be creating the same role at this moment.
  return `DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(name)}) THEN
      CREATE ROLE ${identifier(name)} ${login};
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $do$;
  DO $do$ BEGIN
    IF NOT pg_has_role(${literal(name)}, 'sandbar_app', 'USAGE') THEN
      GRANT sandbar_app TO ${identifier(name)};
    END IF;
  EXCEPTION WHEN unique_violation THEN NULL;
  END $do$;`;
}

/** Selects the role's excessive rights, one for each row. */
const FAULTS = `
  WITH role AS (SELECT * FROM pg_roles WHERE rolname = $1)
  SELECT 'is a superuser' FROM role WHERE rolsuper
  UNION ALL SELECT 'bypasses row-level security' FROM role WHERE rolbypassrls
  UNION ALL SELECT 'may create roles' FROM role WHERE rolcreaterole
  UNION ALL SELECT 'is a member of ' || other.rolname FROM role, pg_roles other
    WHERE NOT role.rolsuper AND other.rolname NOT IN (role.rolname, 'sandbar_app')
      AND pg_has_role(role.oid, other.oid, 'MEMBER')
  UNION ALL SELECT 'owns ' || c.relname FROM role, pg_class c
    WHERE c.relowner = role.oid AND c.relkind IN ('r', 'v', 'm') AND c.relpersistence <> 't'
  UNION ALL SELECT 'owns ' || p.proname FROM role, pg_proc p WHERE p.proowner = role.oid
  UNION ALL SELECT 'owns the schema ' || n.nspname FROM role, pg_namespace n
    WHERE n.nspowner = role.oid AND n.nspname NOT LIKE 'pg_temp%'
  UNION ALL SELECT 'owns the database' FROM role, pg_database d
    WHERE d.datdba = role.oid AND d.datname = current_database()
  LIMIT 4`;

/** The text as a literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
