import { readFileSync } from 'node:fs';
import type { CertificateFiles } from './certificate.ts';

/** A proxy that runs, whoever made it: where it is asked, and whose cost is read. */
export interface Contestant {
  /** As in `nginx 1.22.1`. */
  readonly name: string;
  readonly port: number;
  /** 0 for one that was given no certificate. */
  readonly tlsPort: number;
  /** The processes that carry its traffic at the moment. */
  readonly listPids: () => readonly number[];
  /** Sends one more host to the back-end, in the way its operators would; resolves when it was told so. */
  addHost(host: string): Promise<void>;
  stop(): Promise<void>;
}

/** What every contestant is to do. */
export interface Wiring {
  /** For all it writes; whoever gave it takes it away. */
  readonly folder: string;
  /** It is kept on this one. */
  readonly core: string;
  /** On 127.0.0.1: where all hosts are sent. */
  readonly backendPort: number;
  readonly hosts: readonly string[];
  readonly certificate?: CertificateFiles;
  /** With the buffers that large bodies want, where a proxy has such a setting. */
  readonly isTuned?: boolean;
}

export type StartContestant = (wiring: Wiring) => Promise<Contestant>;

/** The processes that a process has started and that still run. */
export function listChildren(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
