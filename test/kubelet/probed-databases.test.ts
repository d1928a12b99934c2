/** Databases whose probes run their clients: a round of probes leaves nothing behind, so nothing is due. */
import { expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container } from "../../src/schema/index.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;

const MYSQL_ENV = [{ name: "MYSQL_ROOT_PASSWORD", value: "secret" }];
const POSTGRES_ENV = [{ name: "POSTGRES_PASSWORD", value: "secret" }];

const PROBED: Record<string, Partial<Container> & { probe: string[] }> = {
  "mysql -e": { image: "mysql:8.0", env: MYSQL_ENV, probe: ["mysql", "-psecret", "-e", "SELECT 1"] },
  "mysql with rows": { image: "mysql:8.0", env: MYSQL_ENV, probe: ["mysql", "-psecret", "-e", "SHOW DATABASES"] },
  "mysql by a script": {
    image: "mariadb:11",
    env: MYSQL_ENV,
    probe: ["sh", "-c", "mariadb -uroot -p$MYSQL_ROOT_PASSWORD -e 'select 1; select 2'"],
  },
  "mysqladmin ping": { image: "mysql:8.0", env: MYSQL_ENV, probe: ["mysqladmin", "-psecret", "ping"] },
  "psql -c": { image: "postgres:16", env: POSTGRES_ENV, probe: ["psql", "-U", "postgres", "-c", "SELECT 1"] },
  pg_isready: { image: "postgres:16", env: POSTGRES_ENV, probe: ["pg_isready", "-U", "postgres"] },
  "redis-cli ping": { image: "redis:7", probe: ["redis-cli", "ping"] },
  mongosh: { image: "mongo:7", probe: ["mongosh", "--quiet", "--eval", "db.adminCommand('ping')"] },
  "rabbitmq-diagnostics": { image: "rabbitmq:3.13", probe: ["rabbitmq-diagnostics", "-q", "ping"] },
};

it.each(Object.entries(PROBED))("%s", (_, { probe, ...container }) => {
  const check = { exec: { command: probe }, periodSeconds: 2, initialDelaySeconds: 5, timeoutSeconds: 5 };
  const cluster = clusterWith(
    {},
    podWith("p", { ...container, readinessProbe: check, livenessProbe: { ...check, periodSeconds: 10 } }),
  );
  cluster.advance(120 * SECOND);
  expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
  const { commits } = cluster;
  cluster.advance(30 * DAY);
  expect(cluster.commits - commits).toBeLessThanOrEqual(2);
  expect(cluster.get(podKind, "p")?.status.conditions).toContainEqual(
    expect.objectContaining({ type: "Ready", status: "True" }),
  );
});
