/**
 * Docker's official images that have no family of their own. They exist with any tag and run as images outside of the
 * catalogue. Source: the library of docker-library/official-images.
 */
import { library } from "./repositories.ts";

const NAMES =
  "aerospike api-firewall archlinux backdrop bonita buildpack-deps chronograf cirros clefos composer convertigo " +
  "eggdrop emqx flink friendica gazebo geonetwork haxe hitch hylang ibmjava irssi jenkins jetty kapacitor kong krakend " +
  "liquibase lightstreamer mageia matomo mediawiki monica neurodebian odoo open-liberty opensuse orientdb photon plone " +
  "postfixadmin rakudo-star redmine rocket.chat ros silverpeas sl spark spiped storm swipl teamspeak telegraf thrift " +
  "tomee unit varnish websphere-liberty xwiki yourls znc";

export const OTHER_OFFICIAL_IMAGES: ReadonlySet<string> = new Set(library(...NAMES.split(" ")));
