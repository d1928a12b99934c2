/** Pages of Kubernetes' documentation about Services, names and policies, followed with the newest kubectl. */
import { clusterServices } from "./pages/cluster-services.ts";
import { dns } from "./pages/dns.ts";
import { describePages } from "./pages/follow.ts";
import { guestbook } from "./pages/guestbook.ts";
import { networking } from "./pages/networking.ts";
import { secureServices } from "./pages/secure-services.ts";
import { services } from "./pages/services.ts";

describePages("pages about Services", [...services, ...secureServices, ...networking, ...guestbook]);
// They change the DNS server of their cluster.
describePages("pages about DNS", dns);
describePages("pages about a cluster's Services", clusterServices);
