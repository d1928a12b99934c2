/** The commands of kubectl: one file and one line each. */
import type { Command } from "../core/command.ts";
import { apiCommands } from "./api-resources.ts";
import { apply } from "./apply/apply.ts";
import { editLastApplied } from "./apply/edit-last-applied.ts";
import { setLastApplied, viewLastApplied } from "./apply/last-applied.ts";
import { attach } from "./attach.ts";
import { authCommands } from "./auth.ts";
import { authReconcile } from "./auth-reconcile.ts";
import { autoscale } from "./autoscale.ts";
import { certificateCommands } from "./certificate.ts";
import { clusterInfoDump } from "./cluster-info-dump.ts";
import { completion } from "./completion.ts";
import { contextCommands } from "./config/contexts.ts";
import { setCluster, setCredentials } from "./config/entries.ts";
import { propertyCommands } from "./config/property.ts";
import { view } from "./config/view.ts";
import { cp } from "./cp.ts";
import { accessGenerators } from "./create/access.ts";
import { create } from "./create/create.ts";
import { dataGenerators } from "./create/data.ts";
import { simpleGenerators } from "./create/generators.ts";
import { ingressGenerators } from "./create/ingress.ts";
import { serviceGenerators } from "./create/services.ts";
import { debug } from "./debug/debug.ts";
import { deleteCommand } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { edit } from "./edit/edit.ts";
import { events } from "./events.ts";
import { exec } from "./exec.ts";
import { explain } from "./explain.ts";
import { portForward } from "./forwarding/port-forward.ts";
import { proxy } from "./forwarding/proxy.ts";
import { get } from "./get/get.ts";
import { kubercCommands } from "./kuberc.ts";
import { kustomize } from "./kustomize.ts";
import { annotate, label } from "./label.ts";
import { logs } from "./logs.ts";
import { nodeCommands } from "./nodes/index.ts";
import { options } from "./options.ts";
import { patch } from "./patch.ts";
import { pluginList } from "./plugin.ts";
import { replace } from "./replace.ts";
import { rolloutCommands } from "./rollout.ts";
import { revisionCommands } from "./rollout-history.ts";
import { expose } from "./run/expose.ts";
import { run } from "./run/run.ts";
import { scale } from "./scale.ts";
import { setEnv } from "./set/env.ts";
import { fieldCommands } from "./set/fields.ts";
import { setImage } from "./set/image.ts";
import { setResources } from "./set/resources.ts";
import { topCommands } from "./top.ts";
import { infoCommands } from "./version.ts";
import { wait } from "./wait.ts";

export const commands: readonly Command[] = [
  ...accessGenerators,
  annotate,
  ...apiCommands,
  apply,
  attach,
  ...authCommands,
  authReconcile,
  autoscale,
  ...certificateCommands,
  clusterInfoDump,
  completion,
  ...contextCommands,
  cp,
  create,
  ...dataGenerators,
  debug,
  deleteCommand,
  describe,
  diff,
  edit,
  editLastApplied,
  events,
  exec,
  explain,
  expose,
  ...fieldCommands,
  get,
  ...infoCommands,
  ...ingressGenerators,
  ...kubercCommands,
  kustomize,
  label,
  logs,
  ...nodeCommands,
  options,
  patch,
  pluginList,
  portForward,
  ...propertyCommands,
  proxy,
  ...revisionCommands,
  replace,
  ...rolloutCommands,
  run,
  scale,
  ...serviceGenerators,
  setCluster,
  setCredentials,
  setEnv,
  setImage,
  setLastApplied,
  setResources,
  ...simpleGenerators,
  ...topCommands,
  view,
  viewLastApplied,
  wait,
];
