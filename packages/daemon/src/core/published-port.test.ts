import { AppSpec, type AppSpecInput } from '@berth/spec/app-spec';
import { describe, expect, test } from 'vitest';
import { containerRequest, type Placement } from './container-request.ts';
import { takeoverOf } from './published-port.ts';
import { simulatedApp, simulatedRelease } from './simulated-world.ts';

const spec = (ports: AppSpecInput['ports'], more: Partial<AppSpecInput> = {}): AppSpec =>
  AppSpec.parse({ image: 'shop:1', ports, ...more });

/** `80/tcp`, and behind it the host's address and port where it is published there. */
function portsOf(wish: AppSpec, place: Partial<Placement> = {}, servedPort: number | null = null): string[] {
  const placement = {
    site: 'berth',
    revision: { release: 1, generation: 1 },
    slot: 0,
    publishAt: null,
    publicAt: '127.0.0.1',
    exposed: [],
    log: { maxSizeBytes: 1, maxFiles: 1 },
  };
  const release = simulatedRelease(1, { spec: wish, servedPort });
  const { ports } = containerRequest(simulatedApp(), release, { ...placement, ...place });
  return ports.map(
    ({ containerPort, protocol, publish }) =>
      `${containerPort}/${protocol}${publish === undefined ? '' : ` ${publish.hostAddress}:${publish.hostPort}`}`,
  );
}

describe('a port', () => {
  const web = { containerPort: 80, published: {} };
  const dns = { containerPort: 53, protocol: 'udp', published: { hostPort: 5353 } } as const;
  const plain = { containerPort: 9000 };

  test('is published where the spec says so, at the policy’s address, by tcp and udp', () => {
    expect(portsOf(spec([web, dns, plain]))).toEqual(['80/tcp 127.0.0.1:0', '53/udp 127.0.0.1:5353', '9000/tcp']);
  });

  test('is not published any more where the policy lets nothing be', () => {
    expect(portsOf(spec([web, dns]), { publicAt: null })).toEqual(['80/tcp', '53/udp']);
  });

  test('that the image exposes is published only where the spec asks for that', () => {
    const exposed = [{ containerPort: 80, protocol: 'tcp' } as const, { containerPort: 443, protocol: 'tcp' } as const];
    expect(portsOf(spec([plain]), { exposed })).toEqual(['9000/tcp']);
    expect(portsOf(spec([web], { publishExposed: true }), { exposed })).toEqual([
      '80/tcp 127.0.0.1:0',
      '443/tcp 127.0.0.1:0',
    ]);
  });

  test('that the edge reaches at the host is published for it too, once at each address', () => {
    const place = { publishAt: '0.0.0.0' };
    expect(portsOf(spec([plain]), place, 9000)).toEqual(['9000/tcp 0.0.0.0:0']);
    expect(portsOf(spec([web]), place, 80)).toEqual(['80/tcp 127.0.0.1:0', '80/tcp 0.0.0.0:0']);
    expect(portsOf(spec([web]), { ...place, publicAt: '0.0.0.0' }, 80)).toEqual(['80/tcp 0.0.0.0:0']);
  });
});

describe('a release takes over', () => {
  const fixed = (hostPort: number) => spec([{ containerPort: 80, published: { hostPort } }]);

  test('after the one before where both need one port of the host', () => {
    expect(takeoverOf(fixed(8080), fixed(8080))).toBe('recreate');
  });

  test('beside it where they do not', () => {
    expect(takeoverOf(fixed(8080), undefined)).toBe('beside');
    expect(takeoverOf(fixed(8080), fixed(8081))).toBe('beside');
    expect(takeoverOf(spec([{ containerPort: 80, published: {} }]), fixed(8080))).toBe('beside');
    expect(takeoverOf(spec([{ containerPort: 80, protocol: 'udp', published: { hostPort: 8080 } }]), fixed(8080))).toBe(
      'beside',
    );
  });
});

test('two ports of an app cannot have one port of the host', () => {
  const ports = [80, 81].map((containerPort) => ({ containerPort, published: { hostPort: 8080 } }));
  expect(() => spec(ports)).toThrow('the host port 8080/tcp is given twice');
});
