/** A flag of the executable; `value` names what follows it, absent for one that is or is not there. */
export interface Flag {
  readonly value?: string;
  readonly says: string;
  readonly isRepeated?: boolean;
}

/** Those of configurable-http-proxy 5, and after them those of Berth's own. */
export const flags = {
  ip: { value: 'ip-address', says: 'Address to take visitors at; default: every address' },
  port: { value: 'n', says: 'Port to take visitors at; default: 8000' },
  socket: { value: 'path', says: 'Refused: visitors come in by address and port only' },
  'ssl-key': { value: 'file', says: 'PEM file with the private key for visitors' },
  'ssl-cert': { value: 'file', says: 'PEM file with the certificate for visitors, and those between it and the root' },
  'ssl-ca': { value: 'file', says: 'PEM file with the authorities of visitors’ certificates' },
  'ssl-request-cert': { says: 'Ask visitors for a certificate' },
  'ssl-reject-unauthorized': { says: 'Refuse visitors without a valid certificate' },
  'ssl-protocol': { value: 'name', says: 'The one version of TLS to speak: TLSv1_2 or TLSv1_3' },
  'ssl-ciphers': { value: 'list', says: 'Ciphers for visitors, as OpenSSL names them' },
  'ssl-allow-rc4': { says: 'Understood, without effect: OpenSSL has no RC4 any more' },
  'ssl-dhparam': { value: 'file', says: 'Understood, without effect: keys are exchanged over elliptic curves' },
  'api-ip': { value: 'ip-address', says: 'Address of the route API; default: localhost' },
  'api-port': { value: 'n', says: 'Port of the route API; default: one above --port' },
  'api-socket': { value: 'path', says: 'Unix socket of the route API, instead of address and port' },
  'api-ssl-key': { value: 'file', says: 'PEM file with the private key of the route API' },
  'api-ssl-cert': { value: 'file', says: 'PEM file with the certificate of the route API' },
  'api-ssl-ca': { value: 'file', says: 'PEM file with the authorities of callers’ certificates' },
  'api-ssl-request-cert': { says: 'Ask callers of the API for a certificate' },
  'api-ssl-reject-unauthorized': { says: 'Refuse callers of the API without a valid certificate' },
  'client-ssl-key': { value: 'file', says: 'PEM file with the private key towards https targets' },
  'client-ssl-cert': { value: 'file', says: 'PEM file with the certificate towards https targets' },
  'client-ssl-ca': { value: 'file', says: 'PEM file with the authorities of https targets' },
  'client-ssl-request-cert': { says: 'Understood, without effect: targets always show a certificate' },
  'client-ssl-reject-unauthorized': { says: 'Understood, without effect: see --insecure' },
  'default-target': { value: 'url', says: 'Target of what no route covers' },
  'error-target': { value: 'url', says: 'Server of error pages: asked for <url>/<status>?url=<path>' },
  'error-path': { value: 'folder', says: 'Folder of error pages: <status>.html, else error.html' },
  'redirect-port': { value: 'n', says: 'Port at which http is sent on to https' },
  'redirect-to': { value: 'n', says: 'Port that --redirect-port sends to; default: --port' },
  'pid-file': { value: 'file', says: 'File to write the process id to' },
  'no-x-forward': { says: 'Send targets no X-Forwarded-… headers' },
  'no-prepend-path': { says: 'Leave out the path of the target’s URL' },
  'no-include-prefix': { says: 'Leave out the path of the route' },
  'auto-rewrite': { says: 'Make a Location that names the target name the visitor’s host' },
  'change-origin': { says: 'Send targets their own address as Host' },
  'protocol-rewrite': { value: 'scheme', says: 'Make a Location that names the target begin with http or https' },
  'custom-header': { value: 'name:value', says: 'Header to add to each request; may be repeated', isRepeated: true },
  insecure: { says: 'Do not check the certificates of https targets' },
  'host-routing': { says: 'The first part of a route’s path is a host' },
  'metrics-ip': { value: 'ip-address', says: 'Address of the metrics; default: every address' },
  'metrics-port': { value: 'n', says: 'Port of the metrics; default: there are none' },
  'metrics-socket': { value: 'path', says: 'Unix socket of the metrics, instead of address and port' },
  'log-level': { value: 'level', says: 'debug, info, warn or error; default: info' },
  timeout: { value: 'ms', says: 'How long a connection may be silent, in milliseconds' },
  'proxy-timeout': { value: 'ms', says: 'How long a target may take until it answers, in milliseconds' },
  'storage-backend': { value: 'name', says: 'Only memory: routes end with the process' },
  'keep-alive-timeout': { value: 'ms', says: 'How long a connection waits for the next request, in milliseconds' },
  'trusted-proxies': {
    value: 'list',
    says: 'Networks whose X-Forwarded-… headers are believed; default: 127.0.0.0/8,::1',
  },
  version: { says: 'Print the version' },
  help: { says: 'Print this' },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof flags;

/** What `--help` prints. */
export function renderHelp(): string {
  const all: [string, Flag][] = Object.entries(flags);
  const lines = all.map(([name, { value, says }]) => {
    const form = value === undefined ? `--${name}` : `--${name} <${value}>`;
    return `  ${form.padEnd(WIDTH)} ${says}`;
  });
  return `Usage: configurable-http-proxy [options]

Berth's edge with the route API and the flags of JupyterHub's configurable-http-proxy. The API's token is read from
CONFIGPROXY_AUTH_TOKEN.

Options:
${lines.join('\n')}
`;
}

const WIDTH = 32;
