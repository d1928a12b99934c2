/** Starts one Sandbar for all kubectl suites and provides its address, which tests read with `inject`. */
import type { TestProject } from "vitest/node";
import { buildAssets, buildWorker } from "../../scripts/build.ts";
import { findHelm, findKubectls, type Kubectl } from "../../scripts/kubectl/ensure.ts";
import { createCertificates } from "../../scripts/local/certificates.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { startSandbar } from "../../scripts/local/sandbar.ts";
import { openEmbeddedDatabase } from "../../scripts/local/sql/database.ts";

const ADMIN_TOKEN = "admin-token-of-the-kubectl-suite";

export interface SandbarUnderTest {
  url: string;
  authorityPem: string;
  adminToken: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    sandbar: SandbarUnderTest;
    kubectls: Kubectl[];
    helm: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [kubectls, helm, workerPath, database, certificates, port] = await Promise.all([
    findKubectls(),
    findHelm(),
    buildWorker(),
    openEmbeddedDatabase(),
    createCertificates(new Date()),
    freePort(),
    buildAssets(),
  ]);
  await database.migrate();
  const sandbar = await startSandbar({
    backend: database.application,
    certificates,
    adminToken: ADMIN_TOKEN,
    port,
    workerPath,
  });
  project.provide("sandbar", { url: sandbar.url, authorityPem: certificates.authorityPem, adminToken: ADMIN_TOKEN });
  project.provide("kubectls", kubectls);
  project.provide("helm", helm);
  return async () => {
    await sandbar.stop();
    await database.close();
  };
}
