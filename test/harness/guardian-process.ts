import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { findStartTick, sendSignal } from '../../scripts/private-engine/processes.ts';
import { removeEngine } from '../../scripts/private-engine/remove.ts';
import type { Ward } from './guardian.ts';

const wards: Ward[] = [];
for await (const line of createInterface({ input: process.stdin })) wards.push(JSON.parse(line) as Ward);
for (const ward of wards.toReversed()) await remove(ward);

async function remove(ward: Ward): Promise<void> {
  if (ward.kind === 'engine') await removeEngine(ward.folder);
  if (ward.kind === 'folder') rmSync(ward.path, { recursive: true, force: true });
  if (ward.kind === 'process' && findStartTick(ward.pid) === ward.startTick) sendSignal(ward.pid, 'SIGKILL');
}
