import type { Port } from '@berth/spec/app-spec';

const pattern = /^(?:(\d{1,5}):)?(\d{1,5})(?:\/(tcp|udp))?$/;

/**
 * A port as definitions write it: `8080` or `"8080"` is published at a port that the engine chooses, `"8080:80"` at the first of
 * the two, `"53/udp"` by UDP. Undefined for anything else.
 */
export function parseServicePort(given: unknown): Port | undefined {
  const [, host, inside, protocol = 'tcp'] = pattern.exec(textOf(given)) ?? [];
  const published = host === undefined ? {} : { hostPort: Number(host) };
  const port = { containerPort: Number(inside), protocol: protocol === 'udp' ? 'udp' : 'tcp', published } as const;
  return isPort(port.containerPort) && isPort(port.published.hostPort ?? 1) ? port : undefined;
}

function textOf(given: unknown): string {
  return typeof given === 'string' || typeof given === 'number' ? String(given).trim() : '';
}

/** As a definition would write it. */
export function renderServicePort({ containerPort, protocol, published }: Port): string {
  const host = published?.hostPort === undefined ? '' : `${published.hostPort}:`;
  return `${host}${containerPort}${protocol === 'udp' ? '/udp' : ''}`;
}

function isPort(number: number): boolean {
  return number >= 1 && number <= 65535;
}
