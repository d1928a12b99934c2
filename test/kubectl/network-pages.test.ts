/** Pages of Kubernetes' documentation about Services, names and policies, followed with the newest kubectl. */
import { describePages } from "./pages/follow.ts";
import { guestbook } from "./pages/guestbook.ts";
import { services } from "./pages/services.ts";

describePages("pages about the network", [...services, ...guestbook]);
