import { type FrontPlan, keptSeconds, renderHeading } from './front-plan.ts';

/** A Caddyfile for Caddy 2.5 and later. */
export function renderCaddy(plan: FrontPlan): string {
  const { edge, hosts, api } = plan;
  const sites = [{ names: hosts, address: edge.http }, ...(api ? [{ names: [api.host], address: api.address }] : [])];
  const words = ['Import it from /etc/caddy/Caddyfile: import /etc/caddy/berth.caddy', ...wordsOnCertificates(plan)];
  return `${[renderHeading(plan, 'Caddy', words), ...sites.map((site) => renderSite(plan, site))].join('\n\n')}\n`;
}

function wordsOnCertificates({ tls }: FrontPlan): string[] {
  if (tls.kind !== 'terminate' || tls.certificate !== undefined) return [];
  return ['Caddy obtains the certificates; for *. it needs a DNS module: tls { dns … } in the site.'];
}

/** Caddy says whom it speaks for by itself, and believes no visitor on that. */
function renderSite({ tls, ports }: FrontPlan, site: { names: readonly string[]; address: string }): string {
  const scheme = tls.kind === 'off' ? 'http' : 'https';
  const usual = tls.kind === 'off' ? 80 : 443;
  const port = ports[scheme] === usual ? '' : `:${ports[scheme]}`;
  const files = tls.kind === 'terminate' ? tls.certificate : undefined;
  const certificate = files === undefined ? '' : `\ttls ${files.chain} ${files.key}\n`;
  return `${site.names.map((name) => `${scheme}://${name}${port}`).join(', ')} {
${certificate}	reverse_proxy ${site.address} {
		# Answers as they come: events and downloads do not wait in a buffer.
		flush_interval -1
		header_up -Forwarded
		transport http {
			keepalive ${keptSeconds}s
			# An answer goes on as the app packed it.
			compression off
		}
	}
}`;
}
