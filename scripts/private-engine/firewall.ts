import { readFileSync, writeFileSync } from 'node:fs';
import type { Network } from './network.ts';
import { runSystemTool } from './system-tool.ts';

/** What an engine changes and never puts back: it leaves its rules, and several engines share the same chains. */
export interface FirewallBefore {
  readonly ipForward: string;
  readonly forwardPolicy: string;
  readonly hadChains: boolean;
}

const IP_FORWARD = '/proc/sys/net/ipv4/ip_forward';
const TABLES = ['filter', 'nat', 'raw'];
const FILTERS = ['iptables', 'ip6tables'];

/** To be read before the engine starts. */
export function readFirewall(): FirewallBefore {
  const rules = listRules('iptables', 'filter');
  const policy = rules.find((rule) => rule.startsWith('-P FORWARD '));
  return {
    ipForward: readFileSync(IP_FORWARD, 'utf8').trim(),
    forwardPolicy: policy?.split(' ')[2] ?? 'ACCEPT',
    hadChains: rules.some(isEngineRule),
  };
}

/** Beside another engine, whose policy drops what it does not know, this one only lets its own containers talk. */
export function allowInside({ prefix }: Network): void {
  const subnet = `${prefix}.0.0/16`;
  const rule = `-A FORWARD -s ${subnet} -d ${subnet} -j ACCEPT`;
  if (listRules('iptables', 'filter').includes(rule)) return;
  runSystemTool('iptables', ['-w', '-I', ...rule.split(' ').slice(1)]);
}

/** Removes each rule that names one of the bridges or an address of the network. */
export function removeRulesOf(bridges: readonly string[], { prefix }: Network): void {
  removeRules((rule) => rule.split(' ').some((word) => bridges.includes(word) || word.startsWith(`${prefix}.`)));
}

/** For the last engine on the machine: takes the shared chains away, and puts policy and forwarding back. */
export function restoreFirewall({ ipForward, forwardPolicy, hadChains }: FirewallBefore): void {
  writeFileSync(IP_FORWARD, ipForward);
  if (hadChains) return;
  runSystemTool('iptables', ['-w', '-P', 'FORWARD', forwardPolicy]);
  removeRules(isEngineRule);
  forEachTable((filter, table) => {
    const chains = listRules(filter, table).filter((rule) => rule.startsWith('-N DOCKER'));
    for (const chain of chains) runSystemTool(filter, ['-w', '-t', table, '-X', chain.slice(3)]);
  });
}

function isEngineRule(rule: string): boolean {
  return rule.includes('DOCKER');
}

function removeRules(isWanted: (rule: string) => boolean): void {
  forEachTable((filter, table) => {
    const rules = listRules(filter, table).filter((rule) => rule.startsWith('-A ') && isWanted(rule));
    for (const rule of rules) removeRule(filter, table, rule);
  });
}

function removeRule(filter: string, table: string, rule: string): void {
  try {
    runSystemTool(filter, ['-w', '-t', table, '-D', ...rule.split(' ').slice(1)]);
  } catch {
    // An engine that starts rewrites the chains: the rule is gone, as was wanted.
  }
}

function forEachTable(visit: (filter: string, table: string) => void): void {
  for (const filter of FILTERS) for (const table of TABLES) visit(filter, table);
}

/** A kernel without the table has no rules in it. */
function listRules(filter: string, table: string): string[] {
  try {
    return runSystemTool(filter, ['-w', '-t', table, '-S']).split('\n');
  } catch {
    return [];
  }
}
