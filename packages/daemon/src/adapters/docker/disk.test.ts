import { expect, test } from 'vitest';
import { type DiskJson, parseDisk } from './disk.ts';

test('disk use is added up as `docker system df` does it', () => {
  const json: DiskJson = {
    LayersSize: 1000,
    Images: [
      { Containers: 2, Size: 500, SharedSize: 200 },
      { Containers: 0, Size: 500, SharedSize: 200 },
      { Containers: -1, Size: 50, SharedSize: -1 },
    ],
    Containers: [{ State: 'running', SizeRw: 10 }, { State: 'exited', SizeRw: 5 }, { State: 'created' }],
    Volumes: [{ UsageData: { RefCount: 1, Size: 70 } }, { UsageData: { RefCount: 0, Size: 30 } }, { UsageData: null }],
    BuildCache: [
      { InUse: true, Shared: false, Size: 4 },
      { InUse: false, Shared: true, Size: 9 },
      { InUse: false, Shared: false, Size: 3 },
    ],
  };
  expect(parseDisk(json)).toEqual({
    images: { count: 3, active: 2, sizeBytes: 1000, reclaimableBytes: 650 },
    containers: { count: 3, active: 1, sizeBytes: 15, reclaimableBytes: 5 },
    volumes: { count: 3, active: 1, sizeBytes: 100, reclaimableBytes: 30 },
    buildCache: { count: 3, active: 1, sizeBytes: 7, reclaimableBytes: 3 },
  });
});

test('an engine that adds up by itself is believed, and one that has nothing has nothing', () => {
  const nothing = { count: 0, active: 0, sizeBytes: 0, reclaimableBytes: 0 };
  const ImageUsage = { TotalCount: 4, ActiveCount: 1, TotalSize: 900, Reclaimable: 300 };
  expect(parseDisk({ ImageUsage, Volumes: null })).toEqual({
    images: { count: 4, active: 1, sizeBytes: 900, reclaimableBytes: 300 },
    containers: nothing,
    volumes: nothing,
    buildCache: nothing,
  });
});
