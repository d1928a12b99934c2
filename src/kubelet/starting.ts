/**
 * Selects the next container to start and gets its image.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go (`computePodActions`), pkg/kubelet/images/image_manager.go
 */

import { findImage, refused } from "../images/find.ts";
import { ownImage } from "../images/own.ts";
import { fullName, type ImageReference, parseImage } from "../images/reference.ts";
import { isRegistryDown, registryDelayMs } from "../kinds/faults.ts";
import { earliest } from "../lib/time.ts";
import { imageOf } from "./container-image.ts";
import {
  containersOf,
  hasExited,
  hasStarted,
  isInitialized,
  type PodContainer,
  type PodContext,
  restartsAfterExit,
} from "./context.ts";
import { invalidNameText, messages, podEvent } from "./events.ts";
import { pullMs, registryQuestionMs, startMs } from "./latency.ts";
import { imagePresentAtMs, ownDigestOn, recordImage } from "./node-state.ts";
import { findOwnImage, keepImage } from "./own-images.ts";
import { hasCredentials } from "./pull-secrets.ts";
import { noteRestart, retryCreation, syncRetry } from "./retry.ts";
import { nonRootProblem } from "./runtime/credentials.ts";
import { securityProfileProblem } from "./runtime/security-profile-problem.ts";
import { subPathProblem } from "./runtime/sub-path-problem.ts";
import type { PullWork, Retry } from "./state.ts";
import { environmentProblem } from "./volumes.ts";

/** Begins the next start. Returns `again` if it began one, otherwise the next sync of a waiting container, ms. */
export function startNext(context: PodContext): "again" | number | undefined {
  let nextAtMs: number | undefined;
  for (const container of startable(context)) {
    const { retry } = container.record;
    if (retry && !mayTry(context, container, retry)) {
      nextAtMs = earliest(nextAtMs, retry.syncAtMs);
      continue;
    }
    getImage(context, container);
    return "again";
  }
  return nextAtMs;
}

/** Whether the pause has ended, or its cause is gone. */
function mayTry(context: PodContext, container: PodContainer, retry: Retry): boolean {
  const { record, spec } = container;
  if (record.image !== spec.image) return true;
  const wasConfiguration = record.waiting?.reason === "CreateContainerConfigError";
  if (retry.cause === "config" && wasConfiguration && !configurationProblem(context, container)) return true;
  return retry.syncAtMs <= context.nowMs && syncRetry(context, container, retry);
}

/** Containers that must run and do not, in the order in which the kubelet starts them. */
function startable(context: PodContext): PodContainer[] {
  const { pod } = context;
  const all = containersOf(context);
  const wanted = (container: PodContainer) => {
    const { record } = container;
    if (record.shows === "running") return false;
    return !hasExited(record) || restartsAfterExit(container, pod);
  };
  const ephemeral = all.filter((container) => container.role === "ephemeral" && wanted(container));
  const before: PodContainer[] = [];
  for (const container of all) {
    if (container.role === "init" && !isInitialized(container) && !hasStartedMain(all)) {
      return [...ephemeral, ...before, ...(wanted(container) ? [container] : [])];
    }
    if (container.role !== "sidecar") continue;
    if (wanted(container)) before.push(container);
    // Later containers wait until the sidecar has started.
    if (!container.record.isStarted && !hasStartedMain(all)) return [...ephemeral, ...before];
  }
  return [...ephemeral, ...before, ...all.filter((container) => container.role === "main" && wanted(container))];
}

function hasStartedMain(all: readonly PodContainer[]): boolean {
  return all.some((container) => container.role === "main" && hasStarted(container));
}

/** Pulls the image if the policy demands it; otherwise creates the container. */
function getImage(context: PodContext, container: PodContainer): void {
  const { tx, node, state, nowMs } = context;
  const { spec, record } = container;
  const image = spec.image ?? "";
  if (record.image !== image) record.pullBackOff = record.retry = record.ownImage = undefined;
  record.image = image;
  const reference = parseImage(image);
  if ("problem" in reference) {
    podEvent(context, messages.invalidName(image, reference.problem), spec.name);
    fail(context, container, "InvalidImageName", invalidNameText(image, reference.problem));
    return;
  }
  const presentAtMs = imagePresentAtMs(tx, node, fullName(reference));
  const isPresent = presentAtMs !== undefined && presentAtMs <= nowMs;
  if (isPresent && spec.imagePullPolicy !== "Always") {
    podEvent(context, messages.alreadyPresent(image), spec.name);
    createContainer(context, container);
    return;
  }
  if (spec.imagePullPolicy === "Never") {
    podEvent(context, messages.neverPull(image), spec.name);
    const message = `Container image "${image}" is not present with pull policy of Never`;
    fail(context, container, "ErrImageNeverPull", message);
    return;
  }
  podEvent(context, messages.pulling(image), spec.name);
  state.work = pull(context, container, reference, presentAtMs);
}

function pull(
  context: PodContext,
  { spec }: PodContainer,
  reference: ImageReference,
  presentAtMs: number | undefined,
): PullWork {
  const { tx, node, nowMs } = context;
  if (isRegistryDown(tx, registryOf(reference))) {
    const endsAtMs = nowMs + registryQuestionMs(tx);
    return { kind: "pull", container: spec.name, startedAtMs: nowMs, endsAtMs, problem: refused(reference) };
  }
  const own = findOwnImage(context, reference);
  const document = own && "document" in own ? own : undefined;
  const work = {
    ...{ kind: "pull" as const, container: spec.name, startedAtMs: nowMs },
    ...(document && { ownImage: document.digest }),
  };
  const outcome = findImage(reference, {
    unknownImages: tx.settings.unknownImages,
    hasCredentials: (registry) => hasCredentials(context, registry),
    registered: () => (document ? { image: ownImage(reference.repository, document) } : problemOf(own)),
  });
  const questionMs = registryQuestionMs(tx);
  if ("problem" in outcome) return { ...work, endsAtMs: nowMs + questionMs, problem: outcome.problem };
  if (document) keepImage(context, document);
  // The image is on the node, or another pod is pulling it: layers are downloaded once.
  const isSame = ownDigestOn(tx, node, fullName(reference)) === work.ownImage;
  if (presentAtMs !== undefined && (isSame || presentAtMs > nowMs)) {
    return { ...work, endsAtMs: Math.max(nowMs + questionMs, presentAtMs) };
  }
  const endsAtMs = nowMs + pullMs(tx, outcome.image.sizeBytes) + registryDelayMs(tx, registryOf(reference));
  recordImage(tx, node, fullName(reference), endsAtMs);
  return { ...work, endsAtMs };
}

function registryOf({ repository }: ImageReference): string {
  return repository.slice(0, repository.indexOf("/"));
}

function problemOf(own: ReturnType<typeof findOwnImage>): { problem: string } | undefined {
  return own && "problem" in own ? own : undefined;
}

/** The image is on the node: creates the container if its environment can be resolved. */
export function createContainer(context: PodContext, container: PodContainer): void {
  const { state, tx, node, nowMs } = context;
  const reference = parseImage(container.record.image ?? "");
  if (!("problem" in reference)) container.record.ownImage = ownDigestOn(tx, node, fullName(reference));
  const problem = configurationProblem(context, container);
  if (problem !== undefined) {
    fail(context, container, "CreateContainerConfigError", problem);
    return;
  }
  const refused = securityProfileProblem(context, container);
  if (refused !== undefined) {
    fail(context, container, "CreateContainerError", refused);
    return;
  }
  noteRestart(container, nowMs);
  state.work = { kind: "start", container: container.spec.name, endsAtMs: nowMs + startMs(tx) };
}

/** The error of CreateContainerConfigError; undefined if there is none. */
function configurationProblem(context: PodContext, container: PodContainer): string | undefined {
  const { pod } = context;
  return (
    environmentProblem(context, container) ??
    nonRootProblem(pod, container.spec, imageOf(context, container).user) ??
    subPathProblem(context, container)
  );
}

/** Records the failure. The Event has the message if the container cannot be created, and else the reason. */
function fail(context: PodContext, container: PodContainer, reason: string, message: string): void {
  const text = reason.startsWith("CreateContainer") ? message : reason;
  podEvent(context, messages.failed(text), container.spec.name);
  retryCreation(context, container, reason, message);
}
