/** A database of an earlier version, with data, is brought up to date. */

import { expect, test } from "vitest";
import { openEmbeddedDatabase } from "../../scripts/local/sql/database.ts";
import { startSqlEndpoint } from "../../scripts/local/sql-endpoint.ts";
import { applyMigrations } from "../../scripts/migrate.ts";
import { MAX_ISSUERS } from "../../src/lib/limits.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import { FIRST_REVISION, START_MS, Writer } from "../contract/fixtures.ts";

/** The tables as they were before issuers were a kind of credentials: an issuer had an id with this prefix. */
const BEFORE_KINDS = "0007_issuers.sql";
const PREFIX = "issuer-";

const identityOf = (id: string) => `json_build_array('${id}', 'anna', json_build_array())`;
const DATA = `
  INSERT INTO organization (id, name, created_at_ms) VALUES ('org', 'School', ${START_MS});
  INSERT INTO api_key (id, organization_id, name, prefix, key_hash, created_at_ms)
    VALUES ('key-1', 'org', 'first', 'sbk_1', 'hash of key', ${START_MS});
  INSERT INTO base (id, body) VALUES ('base-1', '{"objects":[]}');
  INSERT INTO cluster (id, organization_id, name, labels, version, revision, compacted_revision, compaction_cursor,
      log_bytes, time_ms, offset_ms, next_due_at_ms, base_id, seed, created_at_ms, counters, settings)
    SELECT id, 'org', id, '{}', 1, ${FIRST_REVISION}, 0, 0, 0, ${START_MS}, 0, NULL, 'base-1', 'seed', ${START_MS},
      '{"random":0}', '{"latency":"realistic"}' FROM unnest(ARRAY['c1', 'c2']) AS id;
  INSERT INTO commit_record (cluster_id, version, revision, log_bytes, commit_id)
    VALUES ('c1', 1, ${FIRST_REVISION}, 0, 'c1'), ('c2', 1, ${FIRST_REVISION}, 0, 'c2');
  INSERT INTO credential (cluster_id, id, organization_id, user_name, group_names, identity, token_hash, created_at_ms)
    VALUES ('c1', 'cred-1', 'org', 'anna', '["a"]', ${identityOf("cred-1")}, 'hash of anna', ${START_MS}),
      ('c2', 'cred-1', 'org', 'anna', '[]', ${identityOf("cred-1")}, 'hash of anna in c2', ${START_MS});`;

test("issuers of an earlier version stay issuers, users stay users", async () => {
  const database = await openEmbeddedDatabase();
  try {
    await applyMigrations(database.owner, { last: BEFORE_KINDS });
    await database.owner.script(`BEGIN; ${DATA} COMMIT;`);
    const added = await database.owner.query({
      query: "SELECT sandbar_add_issuer('credential', 'hash of anna', 'c1', $1, 'hash of issuer', $2, 5)",
      params: [String(START_MS), PREFIX],
    });
    expect(added.rows).toEqual([["added"]]);

    const applied = await database.migrate();
    expect(applied.some((name) => name > BEFORE_KINDS)).toBe(true);

    const endpoint = await startSqlEndpoint({ backend: database.application });
    try {
      const { connectionString, fetchEndpoint } = endpoint;
      const stores = createPostgresStores({ connectionString, fetchEndpoint, now: () => START_MS });
      const open = (tokenHash: string, clusterId = "c1") => stores.cluster({ via: "credential", clusterId, tokenHash });

      const user = await open("hash of anna").sync(null);
      expect(user).toMatchObject({ outcome: "ok", caller: { type: "user", user: "anna", groups: ["a"] } });
      const issuer = open("hash of issuer");
      const caller = { type: "issuer", issuerId: "issuer-1" };
      expect(await issuer.sync(null)).toMatchObject({ outcome: "ok", caller });
      expect(await new Writer(issuer).write([{ key: "/pods/shop/web" }])).toMatchObject({ outcome: "applied" });
      expect(await open("hash of issuer", "c2").sync(null)).toMatchObject({ outcome: "unauthorized" });

      const organization = stores.organization("hash of key");
      const listed = await organization.listCredentials("c1", { limit: 10 });
      expect(listed).toMatchObject({ rows: [{ id: "cred-1", user: "anna" }], more: false });
      expect(await organization.revokeCredential("c1", "issuer-1")).toBe("not-found");

      // The issuer of the earlier version counts, and its id is not given again.
      for (let i = 1; i < MAX_ISSUERS; i++) expect(await issuer.addIssuer(`issuer ${i}`)).toBe("added");
      expect(await issuer.addIssuer("one too many")).toBe("limit");
      await organization.deleteCluster("c1");
      expect(await issuer.sync(null)).toMatchObject({ outcome: "unauthorized" });
      expect(await open("hash of anna in c2", "c2").sync(null)).toMatchObject({ outcome: "ok" });
    } finally {
      await endpoint.close();
    }
  } finally {
    await database.close();
  }
});
