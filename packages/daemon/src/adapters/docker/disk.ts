import type { DiskUse, EngineDisk } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';

/** What Berth reads of `GET /system/df`: lists of everything, from API 1.52 on the sums too. A size the engine did not count is -1 or absent. */
export interface DiskJson {
  readonly LayersSize?: number;
  readonly Images?:
    | readonly { readonly Containers?: number; readonly Size?: number; readonly SharedSize?: number }[]
    | null;
  readonly Containers?: readonly { readonly State?: string; readonly SizeRw?: number }[] | null;
  readonly Volumes?:
    | readonly { readonly UsageData?: { readonly RefCount?: number; readonly Size?: number } | null }[]
    | null;
  readonly BuildCache?:
    | readonly { readonly InUse?: boolean; readonly Shared?: boolean; readonly Size?: number }[]
    | null;
  readonly ImageUsage?: SumJson | null;
  readonly ContainerUsage?: SumJson | null;
  readonly VolumeUsage?: SumJson | null;
  readonly BuildCacheUsage?: SumJson | null;
}

interface SumJson {
  readonly TotalCount?: number;
  readonly ActiveCount?: number;
  readonly TotalSize?: number;
  readonly Reclaimable?: number;
}

export async function measureDisk(client: EngineClient): Promise<EngineDisk> {
  const call = { method: 'GET', path: '/system/df', subject: 'engine', toDo: 'add up its disk use' } as const;
  return parseDisk(await client.ask<DiskJson>({ ...call, silenceMs: client.timeouts.idleMs }));
}

export function parseDisk(json: DiskJson): EngineDisk {
  return {
    images: parseSum(json.ImageUsage) ?? sumImages(json),
    containers: parseSum(json.ContainerUsage) ?? sumContainers(json),
    volumes: parseSum(json.VolumeUsage) ?? sumVolumes(json),
    buildCache: parseSum(json.BuildCacheUsage) ?? sumBuildCache(json),
  };
}

function parseSum(json: SumJson | null | undefined): DiskUse | undefined {
  if (json === null || json === undefined) return undefined;
  const { TotalCount = 0, ActiveCount = 0, TotalSize = 0, Reclaimable = 0 } = json;
  return { count: TotalCount, active: ActiveCount, sizeBytes: size(TotalSize), reclaimableBytes: size(Reclaimable) };
}

/** As `docker system df` does it: what is not the own part of an image with a container. */
function sumImages({ Images, LayersSize = 0 }: DiskJson): DiskUse {
  const images = Images ?? [];
  const active = images.filter(({ Containers = 0 }) => Containers !== 0);
  const used = active.reduce((bytes, image) => bytes + Math.max(0, size(image.Size) - size(image.SharedSize)), 0);
  const reclaimableBytes = Math.max(0, LayersSize - used);
  return { count: images.length, active: active.length, sizeBytes: LayersSize, reclaimableBytes };
}

function sumContainers({ Containers }: DiskJson): DiskUse {
  const alive = new Set(['running', 'paused', 'restarting']);
  return sum((Containers ?? []).map(({ State = '', SizeRw }) => ({ isActive: alive.has(State), bytes: size(SizeRw) })));
}

function sumVolumes({ Volumes }: DiskJson): DiskUse {
  return sum(
    (Volumes ?? []).map(({ UsageData }) => ({
      isActive: (UsageData?.RefCount ?? 0) > 0,
      bytes: size(UsageData?.Size),
    })),
  );
}

function sumBuildCache({ BuildCache }: DiskJson): DiskUse {
  return sum(
    (BuildCache ?? []).map(({ InUse, Shared, Size }) => ({
      isActive: InUse === true,
      bytes: Shared === true ? 0 : size(Size),
    })),
  );
}

function sum(things: readonly { readonly isActive: boolean; readonly bytes: number }[]): DiskUse {
  const add = (some: typeof things): number => some.reduce((all, { bytes }) => all + bytes, 0);
  const active = things.filter(({ isActive }) => isActive);
  return {
    count: things.length,
    active: active.length,
    sizeBytes: add(things),
    reclaimableBytes: add(things) - add(active),
  };
}

function size(bytes: number | undefined): number {
  return Math.max(0, bytes ?? 0);
}
