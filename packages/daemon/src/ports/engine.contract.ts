import { describe } from 'vitest';
import { describeArchives } from './engine-archive.contract.ts';
import { createBench, type EngineFixture } from './engine-bench.contract.ts';
import { describeContainers } from './engine-container.contract.ts';
import { describeEvents } from './engine-event.contract.ts';
import { describeExec } from './engine-exec.contract.ts';
import { describeImages } from './engine-image.contract.ts';
import { describeLife } from './engine-life.contract.ts';
import { describeLogs } from './engine-log.contract.ts';
import { describeNetworks } from './engine-network.contract.ts';
import { describePull } from './engine-pull.contract.ts';
import { describeReach } from './engine-reach.contract.ts';
import { describeStats } from './engine-stats.contract.ts';

/** What every engine promises. */
export function engineContract(title: string, open: () => Promise<EngineFixture>): void {
  describe(title, () => {
    const bench = createBench(open);
    describe('the life of a container', () => describeLife(bench));
    describe('containers', () => describeContainers(bench));
    describe('logs', () => describeLogs(bench));
    describe('stats', () => describeStats(bench));
    describe('commands in a container', () => describeExec(bench));
    describe('files', () => describeArchives(bench));
    describe('networks and volumes', () => describeNetworks(bench));
    describe('images', () => describeImages(bench));
    describe('pulls', () => describePull(bench));
    describe('events', () => describeEvents(bench));
    describe('reach', () => describeReach(bench));
  });
}
