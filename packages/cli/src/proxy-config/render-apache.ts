import { type CertificateFiles, type FrontPlan, keptSeconds, patienceSeconds, renderHeading } from './front-plan.ts';

/** A file for Apache httpd 2.4.53 and later. */
export function renderApache(plan: FrontPlan): string {
  const { edge, hosts, api, tls } = plan;
  const files = tls.kind === 'terminate' ? tls.certificate : undefined;
  const modules = `a2enmod proxy proxy_http headers${files === undefined ? '' : ' ssl rewrite'}`;
  const place = `Put it into /etc/apache2/sites-available/berth.conf, then: ${modules} && a2ensite berth`;
  const sites = [{ names: hosts, address: edge.http }, ...(api ? [{ names: [api.host], address: api.address }] : [])];
  return `${[
    renderHeading(plan, 'Apache', [place]),
    ...sites.flatMap(({ names, address }) => renderHosts(plan, { names, address, files })),
  ].join('\n\n')}\n`;
}

interface Site {
  readonly names: readonly string[];
  readonly address: string;
  readonly files: CertificateFiles | undefined;
}

function renderHosts({ ports }: FrontPlan, { names, address, files }: Site): string[] {
  const head = renderNames(names);
  if (files === undefined) return [`<VirtualHost *:${ports.http}>\n${head}\n${renderPass(address)}\n</VirtualHost>`];
  const port = ports.https === 443 ? '' : `:${ports.https}`;
  return [
    `<VirtualHost *:${ports.http}>
${head}
    # The path as it was written; what follows it comes by itself.
    AllowEncodedSlashes NoDecode
    RewriteEngine On
    RewriteCond %{THE_REQUEST} "^\\S+ (/[^?\\s]*)"
    RewriteRule ^ "https://%{SERVER_NAME}${port}%1" [R=308,NE,L]
</VirtualHost>`,
    `<VirtualHost *:${ports.https}>
${head}
    SSLEngine On
    SSLCertificateFile    ${files.chain}
    SSLCertificateKeyFile ${files.key}
${renderPass(address)}
</VirtualHost>`,
  ];
}

/** A server's own name is no pattern: of a wildcard it is the name above. */
function renderNames(names: readonly string[]): string {
  const [first = ''] = names;
  const aliases = names.filter((name, at) => at > 0 || name.startsWith('*.'));
  const lines = [`    ServerName ${first.replace(/^\*\./, '')}`];
  if (aliases.length > 0) lines.push(`    ServerAlias ${aliases.join(' ')}`);
  return [...lines, '    UseCanonicalName Off'].join('\n');
}

function renderPass(address: string): string {
  return `    # The path goes on as it came.
    AllowEncodedSlashes NoDecode
    MergeSlashes Off
    ProxyRequests Off
    ProxyPreserveHost On
    # Answers as they come (events, downloads), WebSockets, and an hour of silence that is Berth's to end.
    ProxyPass "/" "http://${address}/" nocanon upgrade=websocket flushpackets=on timeout=${patienceSeconds} ttl=${keptSeconds}
    SetEnv no-gzip 1
    # Bodies of any size, and as slow as Berth allows.
    LimitRequestBody 0
    <IfModule mod_reqtimeout.c>
        RequestReadTimeout header=20-40,MinRate=500 body=0
    </IfModule>
    Timeout ${patienceSeconds}
    # What visitors say of themselves is replaced; their address is added by mod_proxy.
    RequestHeader unset X-Forwarded-For early
    RequestHeader unset X-Forwarded-Host early
    RequestHeader unset X-Forwarded-Server early
    RequestHeader unset Forwarded early
    RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"`;
}
