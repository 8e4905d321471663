/** Which authentication methods and connection modes hold toward a peer, as the options say. Upstream: auth/AuthRegistry.cc */

import { METHOD_CEPHX, METHOD_NONE } from "./auth/authorizer.ts";
import type { Config } from "./config/config.ts";
import { ConMode } from "./msgr/authenticator.ts";
import { EntityType } from "./types/entity_name.ts";

const METHODS: ReadonlyMap<string, number> = new Map([["cephx", METHOD_CEPHX], ["none", METHOD_NONE]]);
const MODES: ReadonlyMap<string, number> = new Map(Object.entries(ConMode));

/** They are asked by auth_cluster_required; all others by auth_service_required. */
const DAEMONS: readonly number[] = [EntityType.mon, EntityType.mgr, EntityType.osd, EntityType.mds];

type MethodOption = "auth_supported" | "auth_cluster_required" | "auth_service_required";
type ModeOption = "ms_mon_cluster_mode" | "ms_mon_service_mode";

/** How we log in to monitors and how a peer of that type may come to us. */
export function allowedMethods(config: Config, peerType: number): number[] {
  return listed(config, methodOption(config, peerType), METHODS);
}

/** The modes in which we talk with a peer of that type, the preferred ones first; in both roles. */
export function connectionModes(config: Config, peerType: number): number[] {
  return listed(config, modeOption(peerType), MODES);
}

function methodOption(config: Config, peerType: number): MethodOption {
  if (config.text("auth_supported") !== "") return "auth_supported";
  return DAEMONS.includes(peerType) ? "auth_cluster_required" : "auth_service_required";
}

function modeOption(peerType: number): ModeOption {
  return peerType === EntityType.mon || peerType === EntityType.mgr
    ? "ms_mon_cluster_mode"
    : "ms_mon_service_mode";
}

function listed(config: Config, option: string, known: ReadonlyMap<string, number>): number[] {
  return words(config, option).map((word) => known.get(word)).filter((n) => n !== undefined);
}

function words(config: Config, option: string): string[] {
  return config.text(option).split(/[;,=\s]+/).filter((word) => word !== "");
}

/** One line for each word that is no method or mode. Throws an Error when a list leaves nothing. */
export function policyProblems(config: Config): string[] {
  const peers = [EntityType.mon, EntityType.client];
  const methods = new Set(peers.map((peer) => methodOption(config, peer)));
  return [
    ...[...methods].flatMap((option) => problemsOf(config, option, METHODS)),
    ...peers.map(modeOption).flatMap((option) => problemsOf(config, option, MODES)),
  ];
}

function problemsOf(config: Config, option: string, known: ReadonlyMap<string, number>): string[] {
  const all = [...known.keys()].join(", ");
  if (listed(config, option, known).length === 0) {
    throw new Error(`Cannot start: ${option} '${config.text(option)}' names none of ${all}`);
  }
  const unknown = words(config, option).filter((word) => !known.has(word));
  return unknown.map((word) => `Cannot use '${word}' of ${option}: it is none of ${all} (ignored)`);
}
