import type { Container } from '../container.ts';
import { type ContainerTimes, renderContainerStatus } from './container-status.ts';
import { renderFamiliarName } from './familiar-name.ts';
import { renderAgo, renderTime } from './human-duration.ts';
import { renderSize } from './human-size.ts';
import { renderPorts } from './port-list.ts';
import { quote } from './quote.ts';
import { commandColumns, shorten, shortenId } from './shorten.ts';

/** A line of `docker ps --format '{{json .}}'`. */
export interface DockerContainerLine {
  readonly Command: string;
  readonly CreatedAt: string;
  readonly ID: string;
  readonly Image: string;
  readonly Labels: string;
  readonly LocalVolumes: string;
  readonly Mounts: string;
  readonly Names: string;
  readonly Networks: string;
  readonly Ports: string;
  readonly RunningFor: string;
  readonly Size: string;
  readonly State: string;
  readonly Status: string;
}

/** What a line is told from. Any `Container` is one. */
export interface ShownContainer
  extends ContainerTimes,
    Pick<
      Container,
      | 'id'
      | 'name'
      | 'image'
      | 'imageId'
      | 'labels'
      | 'createdAt'
      | 'command'
      | 'mounts'
      | 'networks'
      | 'published'
      | 'exposed'
    > {
  /** In bytes, where they were measured: what it has written, and with its image. */
  readonly sizes?: { readonly written: number; readonly whole: number };
}

/** The line of one container, shortened as by default. */
export function renderContainerLine(container: ShownContainer, nowMs: number): DockerContainerLine {
  const { command, createdAt, labels, mounts, networks } = container;
  const createdMs = Math.trunc(createdAt / 1000) * 1000;
  return {
    Command: quote(shorten(command, commandColumns)),
    CreatedAt: renderTime(createdMs),
    ID: shortenId(container.id),
    Image: renderImage(container),
    Labels: renderLabels(labels),
    LocalVolumes: String(mounts.filter(({ isLocalVolume }) => isLocalVolume).length),
    Mounts: mounts.map(({ name }) => shorten(name, 15)).join(','),
    Names: container.name,
    Networks: networks.join(','),
    Ports: renderPorts([...container.published, ...container.exposed]),
    RunningFor: renderAgo(createdMs, nowMs),
    Size: renderSizes(container),
    State: container.state,
    Status: renderContainerStatus(container, nowMs),
  };
}

function renderImage({ image, imageId }: ShownContainer): string {
  if (image === '') return '<no image>';
  return shortenId(image) === shortenId(imageId) ? shortenId(imageId) : renderFamiliarName(image);
}

/** `a=1,b=2`. */
function renderLabels(labels: ShownContainer['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.toSorted().join(',');
}

/** Without a measurement as the CLI says it with `--size=false`. */
function renderSizes({ sizes }: ShownContainer): string {
  if (sizes === undefined) return renderSize(0);
  const written = renderSize(sizes.written);
  return sizes.whole > 0 ? `${written} (virtual ${renderSize(sizes.whole)})` : written;
}
