import {
  getCertificate,
  listCertificates,
  putCertificate,
  removeCertificate,
  renewCertificate,
} from '@berth/client/generated/sdk.gen';
import type { Certificate } from '@berth/spec/certificate';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { one, several } from '../operand.ts';
import { flag } from '../option.ts';
import { renderFields } from '../output/fields.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { readTextFile } from '../read-text-file.ts';
import { renderDuration } from '../render/duration.ts';
import { renderState } from '../render/state.ts';
import type { Session } from '../session.ts';
import { removeEach } from './remove-each.ts';

const operand = one('A host, or the id of a certificate.');

const lsCommand = defineCommand({
  summary: 'List certificates, how they are and why',
  aliases: ['list'],
  examples: [['berth certificates', 'Those of your apps; for administrators all']],
  async run({ session }) {
    const page = await session.ask((client) => listCertificates({ client }));
    const { output, world } = session;
    output.print(page, () =>
      page.items.length === 0 ? '' : renderTable(columns(world.now()), page.items, output.tableStyle),
    );
    if (page.items.length === 0 && !output.isJson)
      output.note('There are no certificates. Add one: `berth certificates add chain.pem key.pem`');
    return exitCode.ok;
  },
});

const showCommand = defineCommand({
  summary: 'See all about a certificate',
  operands: { certificate: operand },
  examples: [['berth certificates show shop.example.org', 'What visitors of the host get, or why they get none']],
  async run({ operands, session }) {
    const certificate = await session.ask((client) => getCertificate({ client, path: { id: operands.certificate } }));
    session.output.print(certificate, () => describe(session, certificate));
    return exitCode.ok;
  },
});

const addCommand = defineCommand({
  summary: 'Add a certificate of your own, or the one that follows it',
  description:
    'Its hosts are those it names, and must lead to apps of yours; administrators may bring any. It wins over one from the authority.',
  operands: {
    chain: one('A PEM file: the certificate, then its issuers.'),
    key: one('A PEM file: its key; - for standard input.'),
  },
  examples: [['berth certificates add fullchain.pem privkey.pem', 'As certbot and others write them']],
  async run({ operands, session }) {
    const { output, world } = session;
    const certificatePem = await readTextFile(operands.chain, world);
    const keyPem = await readTextFile(operands.key, world);
    const certificate = await session.ask((client) => putCertificate({ client, body: { certificatePem, keyPem } }));
    output.print(certificate, () => `${renderDone(session, certificate)}  ${renderEnd(certificate, world.now())}`);
    return exitCode.ok;
  },
});

const renewCommand = defineCommand({
  summary: 'Ask the certificate authority for a new one now',
  description: 'Forgets that the last attempt failed; the limits of the authority hold all the same.',
  operands: { certificate: operand },
  options: { detach: flag('-d, --detach', 'Do not wait for the new one.') },
  examples: [['berth certificates renew shop.example.org', 'After its DNS was put right']],
  async run({ operands, options: { detach }, session }) {
    const query = detach ? {} : { wait: '5m' };
    const path = { id: operands.certificate };
    const certificate = await session.ask((client) => renewCertificate({ client, path, query }));
    const { output, world } = session;
    output.print(certificate, () => `${renderDone(session, certificate)}  ${renderEnd(certificate, world.now())}`);
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'Forget certificates that were added, or that no host needs',
  aliases: ['remove'],
  operands: { certificates: several('Hosts, or ids of certificates.') },
  examples: [['berth certificates rm shop.example.org', 'The authority’s takes its place, where one is configured']],
  run: ({ operands, session }) =>
    removeEach(session, operands.certificates, (client, id) => removeCertificate({ client, path: { id } })),
});

/** What visitors who come by https get to see first. */
export const certificatesGroup: CommandGroup = {
  summary: 'See, add, renew and remove certificates',
  aliases: ['certificate', 'certs'],
  usual: 'ls',
  commands: { ls: lsCommand, show: showCommand, add: addCommand, renew: renewCommand, rm: rmCommand },
};

function columns(now: number): readonly Column<Certificate>[] {
  return [
    { head: 'HOSTS', cell: ({ hosts }, paint) => paint('strong', hosts.join(', ')), mayShrink: true },
    { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
    { head: 'FROM', cell: ({ source, issuer }) => printable(issuer ?? source), mayShrink: true },
    { head: 'ENDS', cell: (certificate) => renderEnd(certificate, now), side: 'right' },
    { head: 'REASON', cell: ({ reason }) => printable(reason ?? ''), mayShrink: true },
  ];
}

function describe({ output, world }: Session, certificate: Certificate): string {
  const { id, hosts, state, reason, source, owner, issuer, fingerprint, renewAt, nextAttemptAt, failures } =
    certificate;
  const fields = [
    ['Hosts', hosts.join(', ')],
    ['State', renderState(state, output.paint)],
    ['Reason', printable(reason ?? '')],
    ['Source', source],
    ['Owner', owner],
    ['Issuer', printable(issuer ?? '')],
    ['Ends', renderEnd(certificate, world.now())],
    ['Renewal', renewAt === null ? null : `from ${renewAt.slice(0, 10)}`],
    ['Failures', failures === 0 ? null : String(failures)],
    ['Next attempt', nextAttemptAt],
    ['SHA-256', fingerprint],
    ['Id', id],
  ] as const;
  return renderFields(fields, output.paint);
}

function renderDone({ output }: Session, { hosts, state }: Certificate): string {
  const mark = state === 'failed' ? output.paint('bad', '✖') : output.paint('good', '✔');
  return `${mark} ${output.paint('strong', hosts.join(', '))}  ${renderState(state, output.paint)}`;
}

function renderEnd({ notAfter }: Certificate, now: number): string {
  if (notAfter === null) return '';
  const left = Date.parse(notAfter) - now;
  return left <= 0 ? `ended ${notAfter.slice(0, 10)}` : `ends in ${renderDuration(left)}`;
}
