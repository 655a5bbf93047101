import { type CertificateFiles, type FrontPlan, keptSeconds, patienceSeconds, renderHeading } from './front-plan.ts';

/** A file for nginx 1.18 and later. */
export function renderNginx(plan: FrontPlan): string {
  return plan.tls.kind === 'pass' ? renderPassing(plan) : renderServing(plan);
}

function renderServing(plan: FrontPlan): string {
  const { edge, hosts, api, tls } = plan;
  const files = tls.kind === 'terminate' ? tls.certificate : undefined;
  const upstreams = [
    renderUpstream('berth_edge', edge.http),
    ...(api ? [renderUpstream('berth_api', api.address)] : []),
  ];
  const servers = [
    { names: hosts, upstream: 'berth_edge' },
    ...(api ? [{ names: [api.host], upstream: 'berth_api' }] : []),
  ];
  const place = 'Put it where nginx looks within http { … }: /etc/nginx/conf.d/berth.conf.';
  return `${[
    renderHeading(plan, 'nginx', [place]),
    "# Connections to Berth are kept open, unless a visitor asks for a WebSocket.\nmap $http_upgrade $berth_connection {\n    default upgrade;\n    ''      '';\n}",
    ...upstreams,
    ...servers.flatMap(({ names, upstream }) => renderServers(plan, { names, upstream, files })),
  ].join('\n\n')}\n`;
}

function renderUpstream(name: string, address: string): string {
  return `upstream ${name} {
    server ${address};
    keepalive 64;
    keepalive_timeout ${keptSeconds}s;
}`;
}

interface Serving {
  readonly names: readonly string[];
  readonly upstream: string;
  readonly files: CertificateFiles | undefined;
}

function renderServers({ ports }: FrontPlan, { names, upstream, files }: Serving): string[] {
  const name = `    server_name ${names.join(' ')};`;
  const location = renderLocation(upstream);
  const plain = `    listen ${ports.http};\n    listen [::]:${ports.http};\n${name}`;
  if (files === undefined) return [`server {\n${plain}\n\n${location}\n}`];
  const port = ports.https === 443 ? '' : `:${ports.https}`;
  return [
    `server {\n${plain}\n    return 308 https://$host${port}$request_uri;\n}`,
    `server {
    listen ${ports.https} ssl http2;
    listen [::]:${ports.https} ssl http2;
${name}
    ssl_certificate     ${files.chain};
    ssl_certificate_key ${files.key};

${location}
}`,
  ];
}

/** Without a path behind the upstream's name nginx sends the path as it came, byte by byte. */
function renderLocation(upstream: string): string {
  return `    # Bodies of any size, and answers as they come: events and downloads do not wait in a buffer.
    client_max_body_size    0;
    proxy_request_buffering off;
    proxy_buffering         off;
    # An hour of silence is Berth's to end.
    proxy_read_timeout      ${patienceSeconds}s;
    proxy_send_timeout      ${patienceSeconds}s;
    client_body_timeout     ${patienceSeconds}s;
    send_timeout            ${patienceSeconds}s;

    location / {
        proxy_pass         http://${upstream};
        proxy_http_version 1.1;
        proxy_set_header   Host              $http_host;
        proxy_set_header   Upgrade           $http_upgrade;
        proxy_set_header   Connection        $berth_connection;
        # What visitors say of themselves is replaced.
        proxy_set_header   X-Forwarded-For   $remote_addr;
        proxy_set_header   X-Forwarded-Host  $http_host;
        proxy_set_header   X-Forwarded-Proto $scheme;
        proxy_set_header   Forwarded         '';
    }`;
}

/** The edge speaks TLS: nginx only tells it who comes. */
function renderPassing(plan: FrontPlan): string {
  const { edge, hosts, ports } = plan;
  const names = hosts.map((host) => `        ${host} ${edge.https};`);
  const place = 'Include it at the end of /etc/nginx/nginx.conf, outside of http { … }; nginx needs its stream module.';
  return `${renderHeading(plan, 'nginx', [place])}
stream {
    # A visitor's address goes before its first byte, and TLS is Berth's.
    proxy_protocol on;
    proxy_timeout  ${patienceSeconds}s;

    # Sites of another server: a line each, for one that takes PROXY headers.
    map $ssl_preread_server_name $berth_tls {
        hostnames;
        default ${edge.https};
${names.join('\n')}
    }

    server {
        listen ${ports.https};
        listen [::]:${ports.https};
        ssl_preread on;
        proxy_pass $berth_tls;
    }

    server {
        listen ${ports.http};
        listen [::]:${ports.http};
        proxy_pass ${edge.http};
    }
}
`;
}
