import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dialect, DialectParts } from '../../dialect-kit/dialect.ts';
import { createHand, type HostedSettings } from './hand.ts';
import { bindDomain } from './bind-domain.ts';
import { deleteContainer, runContainer, stopContainer } from './change-container.ts';
import { createDeployer } from './deploy-image.ts';
import { listContainers } from './list-containers.ts';
import { inTheseWords, type Params, readParams, requireListSecret } from './request.ts';

/** The Hosted Docker API. What it calls a container is an app. */
export function createHostedDialect(parts: DialectParts<HostedSettings>): Dialect {
  const hand = createHand(parts);
  const deploy = createDeployer(hand);
  return {
    addRoutes(scope) {
      takeAnyBody(scope);
      scope.get('/', (request) => {
        if (parts.settings.listNeedsSecret) requireListSecret(request, hand.secret);
        return listContainers(hand);
      });
      const post = (path: string, act: (params: Params) => Promise<unknown>): void => {
        scope.post(path, async ({ body }: FastifyRequest) => inTheseWords(() => act(readParams(body, hand.secret))));
      };
      post('/new', async (params) => deploy(params));
      post('/stop', async (params) => stopContainer(hand, params));
      post('/run', async (params) => runContainer(hand, params));
      post('/add_domain', async (params) => bindDomain(hand, params));
      post('/delete', async (params) => deleteContainer(hand, params));
    },
  };
}

/** What is not JSON counts as no body, which is refused as such; `readParams` says so. */
function takeAnyBody(scope: FastifyInstance): void {
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, undefined);
  });
}
