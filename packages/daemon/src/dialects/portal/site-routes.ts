import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';
import { deployApp } from '../../use-cases/deploy-app.ts';
import { readHistory } from '../../use-cases/read-history.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { ensureUser } from '../../use-cases/users.ts';
import { guardSite } from './gate.ts';
import { addressOf, type Hand, pathOf } from './hand.ts';
import { listContainers } from './list-containers.ts';
import { renderLog } from './log-text.ts';
import { findOwnApp } from './own-apps.ts';
import { readLaunch, readLaunchForm } from './read-launch.ts';
import { renderIndex, renderTable, sitePolicy } from './site-page.ts';
import { addUploadRoutes } from './upload-routes.ts';
import { prefixOf, wantsHtml } from './visitor.ts';

/** The pages and calls of the original's demonstration site. */
export async function addSiteRoutes(scope: FastifyInstance, hand: Hand): Promise<void> {
  const { context, actor } = hand;
  scope.addHook('onRequest', guardSite(hand));
  scope.addHook('onRequest', () => ensureUser(context, actor.user));
  await scope.register(formbody);
  // What else comes is nobody's: each route says what it takes.
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, undefined);
  });
  await scope.register(async (uploads) => addUploadRoutes(uploads, hand));
  scope.get('/', (request, reply) => {
    const containers = listContainers(hand, request.hostname);
    return wantsHtml(request) ? sendPage(reply, renderIndex(prefixOf(scope, request), containers)) : { containers };
  });
  scope.post('/launch/', (request, reply) => launch(hand, request, reply));
  scope.post('/kill/:name', async (request, reply) => {
    const name = requireName(hand, request);
    await removeApp(context, actor, { name, volumes: 'all' });
    return wantsHtml(request) ? reply.redirect('../', 303) : { success: true };
  });
  scope.get('/logs/:name', async (request, reply) => {
    const log = await renderLog(hand, requireName(hand, request));
    return request.headers.accept?.includes('application/json') === true ? { logs: log } : sendText(reply, log);
  });
  scope.get('/history/:name', async (request, reply) => {
    const name = requireName(hand, request);
    const rows = (await readHistory(context, actor, name)).map(({ at, path }) => [at, path]);
    return wantsHtml(request) ? sendPage(reply, renderTable(`History of ${name}`, rows)) : rows;
  });
}

async function launch(hand: Hand, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { body, headers, hostname } = request;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  if (!isForm && !isJson) throw new TextRefusal(415, 'A launch is a form, or JSON.');
  const form = isForm ? readLaunchForm(body as Record<string, unknown>) : body;
  const { name, request: wish } = readLaunch(hand, form ?? {});
  await deployApp(hand.context, hand.actor, { name, request: wish, onlyNew: true });
  const url = addressOf(hand, hostname) + pathOf(hand, name);
  return wantsHtml(request) ? reply.redirect(url, 303) : { name, url };
}

function requireName(hand: Hand, { params }: FastifyRequest): string {
  const { name } = params as { name: string };
  if (findOwnApp(hand, name) === undefined) throw new TextRefusal(404, `There is no container "${name}".`);
  return name;
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('content-security-policy', sitePolicy).type('text/html; charset=utf-8').send(html);
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(text);
}
