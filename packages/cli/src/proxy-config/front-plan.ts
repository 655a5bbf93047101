/** What another web server in front of Berth is to do. Every text is known to be safe in a file of its settings. */
export interface FrontPlan {
  /** Lower case; `*.apps.example.org` for all names below one. */
  readonly hosts: readonly string[];
  /** Where the edge listens, as that server reaches it: `127.0.0.1:8080`. */
  readonly edge: { readonly http: string; readonly https: string | undefined };
  /** A host for `/v1` and its documents. */
  readonly api: { readonly host: string; readonly address: string } | undefined;
  readonly tls: FrontTls;
  /** Where visitors come in. */
  readonly ports: { readonly http: number; readonly https: number };
}

/** Who speaks TLS with visitors: nobody, that server with the files of a certificate, or the edge behind it. */
export type FrontTls =
  | { readonly kind: 'off' }
  | { readonly kind: 'terminate'; readonly certificate: CertificateFiles | undefined }
  | { readonly kind: 'pass' };

export interface CertificateFiles {
  readonly chain: string;
  readonly key: string;
}

/** The edge ends what is silent for an hour (`edge.limits.idleSeconds`): whoever stands in front has to be more patient. */
export const patienceSeconds = 3_700;

/** Less than the edge keeps an idle connection (75 s): a request must not meet one that is being closed. */
export const keptSeconds = 60;

/** The edge’s settings that make visitors’ addresses and links true behind the plan’s server, on one line of JSON. */
function renderEdgeSettings(plan: FrontPlan): string {
  const { scheme: publicScheme, port: publicPort } = publicUrlOf(plan);
  const proxyProtocol = plan.tls.kind === 'pass';
  return JSON.stringify({ edge: { trustedProxies: ['127.0.0.1'], proxyProtocol, publicScheme, publicPort } });
}

/** What visitors see. */
export function publicUrlOf({ tls, ports }: FrontPlan): { readonly scheme: 'http' | 'https'; readonly port: number } {
  return tls.kind === 'off' ? { scheme: 'http', port: ports.http } : { scheme: 'https', port: ports.https };
}

/** Lines of a comment: what stands above each file. */
export function renderHeading(plan: FrontPlan, server: string, words: readonly string[]): string {
  const lines = [
    `${server} in front of Berth.`,
    ...words,
    'Berth has to know of it, in its own settings (trustedProxies: the address this server comes from):',
    `  ${renderEdgeSettings(plan)}`,
  ];
  return lines.map((line) => `# ${line}`).join('\n');
}
