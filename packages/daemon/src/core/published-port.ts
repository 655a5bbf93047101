import type { AppSpec } from '@berth/spec/app-spec';

/** Host ports that a spec fixes, as `8080/tcp`: only one container of the engine can have each. */
export function fixedPorts(spec: AppSpec): string[] {
  return (spec.ports ?? []).flatMap(({ protocol, published }) =>
    published?.hostPort === undefined ? [] : [`${published.hostPort}/${protocol}`],
  );
}

/** Whether the spec wants any port of its host. */
export function wantsPublishing(spec: AppSpec): boolean {
  return spec.publishExposed === true || (spec.ports ?? []).some(({ published }) => published !== undefined);
}

/** How one release takes over from another: not beside it where both need one port of the host. */
export function takeoverOf(next: AppSpec, before: AppSpec | undefined): AppSpec['strategy'] {
  const held = before === undefined ? [] : fixedPorts(before);
  return fixedPorts(next).some((port) => held.includes(port)) ? 'recreate' : next.strategy;
}
