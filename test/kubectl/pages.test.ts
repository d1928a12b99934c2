/** Pages of Kubernetes' documentation about workloads, configuration and storage, followed with the newest kubectl. */
import { applications } from "./pages/applications.ts";
import { autoscaling } from "./pages/autoscaling.ts";
import { brokers } from "./pages/brokers.ts";
import { clusters } from "./pages/clusters.ts";
import { configuration } from "./pages/configuration.ts";
import { databases } from "./pages/databases.ts";
import { edge } from "./pages/edge.ts";
import { describePages } from "./pages/follow.ts";
import { jobs } from "./pages/jobs.ts";
import { lifecycle } from "./pages/lifecycle.ts";
import { storage } from "./pages/storage.ts";

describePages("pages of the documentation", [
  ...lifecycle,
  ...configuration,
  ...jobs,
  ...storage,
  ...clusters,
  ...brokers,
  ...databases,
  ...applications,
  ...edge,
  ...autoscaling,
]);
