import { getApp, getAppStatus } from '@berth/client/generated/sdk.gen';
import type { App, AppStatus } from '@berth/spec/app';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { several } from '../operand.ts';
import { renderPhase } from '../operation/progress-text.ts';
import { renderFields } from '../output/fields.ts';
import type { Output } from '../output/output.ts';
import type { Paint } from '../output/paint.ts';
import { renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderAge } from '../render/duration.ts';
import { renderLife } from '../render/life.ts';
import { instanceColumns } from '../render/instance.ts';
import { renderState } from '../render/state.ts';

/** Shows how apps are, down to each instance. */
export const statusCommand = defineCommand({
  summary: 'Show how an app is: its address, its instances, what is under way',
  operands: { apps: several('Names of apps.') },
  examples: [
    ['berth status shop', 'Everything about one app'],
    ['berth status shop --json', 'The same for a program, with the app’s spec'],
  ],
  async run({ operands: { apps }, session }) {
    const views = await Promise.all(
      apps.map(async (name) => {
        const path = { name };
        const [app, status] = await Promise.all([
          session.ask((client) => getApp({ client, path })),
          session.ask((client) => getAppStatus({ client, path })),
        ]);
        return { app, status };
      }),
    );
    const documents = views.map(({ app, status }) => ({ ...app, ...status }));
    const document = documents.length === 1 ? documents[0] : { items: documents, next: null };
    const now = session.world.now();
    session.output.print(document, () => views.map((view) => renderView(view, session.output, now)).join('\n\n'));
    return exitCode.ok;
  },
});

interface View {
  readonly app: App;
  readonly status: AppStatus;
}

function renderView({ app, status }: View, { paint, tableStyle }: Output, now: number): string {
  const { state, ready, replicas, instances, reason } = status;
  const head = `${paint('strong', app.name)}  ${renderState(state, paint)}  ${ready} of ${replicas} ready`;
  return [
    head,
    ...(reason === null ? [] : [paint('warn', printable(reason))]),
    '',
    renderFields(fields({ app, status }, paint, now), paint),
    ...(instances.length === 0 ? [] : ['', renderTable(instanceColumns(now), instances, tableStyle)]),
  ].join('\n');
}

function fields({ app, status }: View, paint: Paint, now: number): (readonly [string, string | null])[] {
  const { release, pendingRelease, operation } = status;
  const hosts = app.domains.map(
    ({ host, pathPrefix, redirect }) =>
      `${host}${pathPrefix === '/' ? '' : pathPrefix}${redirect === undefined ? '' : ` → ${redirect.to}`}`,
  );
  const pending = pendingRelease === null || pendingRelease === release ? '' : `, ${pendingRelease} is on its way`;
  return [
    ['Address', app.url === null ? null : paint('link', app.url)],
    ['Domains', hosts.join(', ')],
    ['Maintenance', app.maintenance === null ? null : paint('warn', printable(app.maintenance))],
    ['Image', app.image],
    ['Release', release === null && pending === '' ? 'none serves' : `${release ?? 'none'}${pending}`],
    ['Owner', app.owner],
    ['Engine', app.engine],
    ['Volumes', app.spec.volumes.map(({ name, path }) => `${name} at ${path}`).join(', ')],
    ['Ends', renderLife(app.life)],
    ['Changed', `${renderAge(app.updatedAt, now)} ago`],
    ['Under way', operation === null ? null : `${operation.kind}: ${renderPhase(operation, paint)}`],
  ];
}
