import type { AppSpec } from '@berth/spec/app-spec';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { type Books, releasesOf } from '../core/books.ts';
import { fixedPorts, wantsPublishing } from '../core/published-port.ts';
import type { Context } from './context.ts';

interface Publication {
  readonly app: Pick<App, 'id' | 'engine' | 'replicas'>;
  readonly spec: AppSpec;
}

/** Refuses ports of the host that the policy does not give away, or that are another app's. */
export function requirePublishing(context: Context, books: Readonly<Books>, { app, spec }: Publication): void {
  if (!wantsPublishing(spec)) return;
  const { publishing } = context.policy;
  if (publishing === undefined)
    throw refused('ports', 'The policy lets no app publish ports; visitors reach it by its URL.');
  const low = (spec.ports ?? []).find(({ published }) => (published?.hostPort ?? 65535) < publishing.lowestHostPort);
  if (low !== undefined) throw refused('ports', `Host ports below ${publishing.lowestHostPort} are refused by policy.`);
  requireOneHolder(spec, app.replicas);
  requireFreePorts(books, { app, spec });
}

/** A fixed port of the host is one container's: a second replica could not have it. */
export function requireOneHolder(spec: AppSpec | undefined, replicas: number): void {
  const [port] = spec === undefined || replicas < 2 ? [] : fixedPorts(spec);
  if (port !== undefined)
    throw fieldProblem('replicas', `must be at most 1, because the host port ${port} is fixed; leave it to the engine`);
}

/** Also an app that is stopped keeps its port: it is to be startable. */
function requireFreePorts(books: Readonly<Books>, { app, spec }: Publication): void {
  const wanted = fixedPorts(spec);
  if (wanted.length === 0) return;
  for (const other of books.apps.values()) {
    if (other.id === app.id || other.engine !== app.engine) continue;
    const held = new Set(specsOf(books, other).flatMap(fixedPorts));
    const port = wanted.find((one) => held.has(one));
    if (port === undefined) continue;
    const errors = [{ field: 'ports', detail: `${port} is another app's` }];
    throw new Problem(
      'port-taken',
      `The host port ${port} is another app's; choose another, or leave it to the engine.`,
      {
        facts: { errors },
      },
    );
  }
}

function specsOf(books: Readonly<Books>, app: App): AppSpec[] {
  const releases = releasesOf(books, app.id);
  return [app.target, app.serving].flatMap((revision) => releases.get(revision?.release ?? 0)?.spec ?? []);
}

function refused(field: string, detail: string): Problem {
  return new Problem('policy-refused', detail, { facts: { errors: [{ field, detail: 'is refused by policy' }] } });
}
