import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where the original listened. */
const usual = { bind: '127.0.0.1', port: 7051 };

const ConnectorFile = z.strictObject({
  connector: z
    .strictObject({
      bind: z.string().min(1).default(usual.bind),
      port: z.int().min(1).max(65535).default(usual.port),
      service_file: z.string().min(1).optional(),
    })
    .prefault({}),
  docker: z.strictObject({ url: z.string().min(1).optional() }).prefault({}),
});

/** What genisys-connector.yml says, in Berth's words. */
export interface Connector {
  readonly listen: string;
  readonly serviceFile?: string;
  readonly engineHost?: string;
}

/** What holds without a file. */
export const usualConnector: Connector = { listen: `${usual.bind}:${usual.port}` };

/** Reads genisys-connector.yml; throws a sentence where it is not one. Paths in it begin at its own folder. */
export function readConnector(file: string): Connector {
  const parsed = ConnectorFile.safeParse(parse(readFileSync(file, 'utf8'), { logLevel: 'error' }) ?? {});
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { bind, port, service_file: serviceFile } = parsed.data.connector;
  const { url } = parsed.data.docker;
  return {
    listen: `${bind.includes(':') ? `[${bind}]` : bind}:${port}`,
    ...(serviceFile === undefined ? {} : { serviceFile: resolve(dirname(file), serviceFile) }),
    ...(url === undefined ? {} : { engineHost: engineHostOf(url) }),
  };
}

/** Docker's Python client takes `unix://var/run/docker.sock` for an absolute path, and http for tcp. */
function engineHostOf(url: string): string {
  const unix = /^(?:http\+)?unix:\/\/\/?(.+)$/.exec(url)?.[1];
  if (unix !== undefined) return `unix:///${unix.replace(/^\/+/, '')}`;
  const tcp = /^(?:tcp|https?):\/\/([^/]+:\d{1,5})\/?$/.exec(url)?.[1];
  if (tcp === undefined) throw new Error(`docker.url: ${url} must be unix:///path or tcp://host:port`);
  return `tcp://${tcp}`;
}
