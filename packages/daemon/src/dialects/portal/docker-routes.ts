import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { planWait, renderWaitingPage, waitingHeaders } from '../../core/waiting-page.ts';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';
import { addressOf, type Hand } from './hand.ts';
import { renderLog } from './log-text.ts';
import { findOwnApp } from './own-apps.ts';
import type { PortalRoutes } from './portal-routes.ts';
import { cameByEdge } from './visitor.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What lies below `/docker` and is no app's at the edge: logs, and what is not there. */
export function addDockerRoutes(scope: FastifyInstance, hand: Hand, routes: PortalRoutes): void {
  const { path } = hand.settings;
  scope.removeAllContentTypeParsers();
  // The body is nobody's; the caller is answered all the same.
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, undefined);
  });
  scope.get(`${path}/:name/docker-logs`, async ({ params }, reply) => {
    const { name } = params as { name: string };
    if (!hand.settings.logs || findOwnApp(hand, name) === undefined)
      throw new TextRefusal(404, `There is no log of a container "${name}".`);
    return reply.type('text/plain; charset=utf-8').send(await renderLog(hand, name));
  });
  for (const url of [path, `${path}/*`])
    scope.route({
      method: methods,
      url,
      handler: (request, reply) => answerAbsent(hand, routes, { request, reply, prefix: scope.prefix + path }),
    });
}

interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What its path begins with here. */
  readonly prefix: string;
}

/** The edge sends here only what has no app. Who came another way is sent to the edge. */
async function answerAbsent(hand: Hand, routes: PortalRoutes, { request, reply, prefix }: Call): Promise<FastifyReply> {
  const { path } = hand.settings;
  const place = (request.raw.url ?? '').slice(prefix.length);
  const name = /^\/([^/?]+)/.exec(place)?.[1] ?? '';
  const isKnown = findOwnApp(hand, name) !== undefined || (await routes.adopt(name).catch(() => false));
  if (isKnown && !cameByEdge(request)) return reply.redirect(addressOf(hand, request.hostname) + path + place, 307);
  // From now on its route is there.
  if (isKnown && findOwnApp(hand, name) === undefined) return reply.redirect(path + place, 307);
  return sendWaiting(hand, request, reply);
}

function sendWaiting({ settings }: Hand, { method, headers: sent }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { giveUpSeconds } = settings.waiting;
  const wait = { isHead: method === 'HEAD', path: settings.path, giveUpSeconds, cookies: sent.cookie };
  const { hasGivenUp, cookie } = planWait({ ...wait, nowSeconds: Math.floor(Date.now() / 1000) });
  const page = { ...settings.waiting, reason: 'There is no such container yet.', hasGivenUp };
  const headers = waitingHeaders(page);
  for (let at = 0; at < headers.length; at += 2) reply.header(headers[at] ?? '', headers[at + 1]);
  reply.code(503).header('set-cookie', cookie).header('cache-control', 'no-store').header('retry-after', '2');
  if (method === 'GET' || method === 'HEAD')
    return reply.type('text/html; charset=utf-8').send(method === 'HEAD' ? '' : renderWaitingPage(page));
  return reply.type('text/plain; charset=utf-8').send('There is no such container yet.\n');
}
