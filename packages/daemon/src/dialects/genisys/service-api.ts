import { isProblem, Problem } from '@berth/spec/problem';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseDefinition } from './definition.ts';
import type { Services } from './services.ts';

const outline = {
  'GET /service': 'the definitions of all services, by name',
  'POST /service': 'define one: {name, image, command?, environment?, ports?}',
  'GET /service/<name>': 'the definition of one',
  'PUT /service/<name>': 'define it, or change its definition: {image, command?, environment?, ports?}',
  'POST /service/<name>/scale': 'have so many containers of it run: {number}',
  'GET /service/<name>/status': 'how many run',
};

/** The routes of the connector. */
export function addServiceRoutes(scope: FastifyInstance, services: Services): void {
  scope.get('/', () => outline);
  scope.get('/service', () => Object.fromEntries(services.list().map((definition) => [definition.name, definition])));
  scope.post('/service', async ({ body }, reply) => {
    const data = readData(body);
    const { name, image } = data;
    if (isAbsent(name) || isAbsent(image)) throw badRequest('Missing parameters.');
    if (typeof name !== 'string') throw badRequest('name: must be a text.');
    await define(services, name, data);
    return reply.send();
  });
  scope.get('/service/:name', (request) => services.find(nameOf(request)) ?? undefinedService(request));
  scope.put('/service/:name', async (request, reply) => {
    const data = readData(request.body);
    if (isAbsent(data['image'])) throw badRequest('Missing parameter.');
    await define(services, nameOf(request), data);
    return reply.send();
  });
  scope.post('/service/:name/scale', async (request, reply) => {
    const number = readNumber(readData(request.body)['number']);
    const isKnown = await inTheseWords(() => services.scale(nameOf(request), number));
    return isKnown ? reply.send() : undefinedService(request);
  });
  scope.get('/service/:name/status', (request) => {
    const running = services.countRunning(nameOf(request));
    return running === undefined ? undefinedService(request) : { running_resources: running };
  });
}

type Data = Readonly<Record<string, unknown>>;

/** What Python takes for nothing is no data. */
function readData(body: unknown): Data {
  const isNothing = body === undefined || body === null || body === '' || body === 0 || body === false;
  if (isNothing || (typeof body === 'object' && Object.keys(body).length === 0)) throw badRequest('No data received');
  return typeof body === 'object' && !Array.isArray(body) ? (body as Data) : {};
}

const mostReplicas = 200;

/** A whole number, as such or in digits. */
function readNumber(given: unknown): number {
  if (given === undefined) throw badRequest('Missing parameter.');
  const isDigits = typeof given === 'string' && /^\s*\+?\d{1,9}\s*$/.test(given);
  const number = isDigits ? Number(given) : given;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw badRequest('Invalid value for number parameter.');
  if (number > mostReplicas) throw badRequest(`Invalid value for number parameter. It can be ${mostReplicas} at most.`);
  return number;
}

function define(services: Services, name: string, data: Data): Promise<void> {
  return inTheseWords(async () => services.define(parseDefinition(name, data)));
}

/** This API knows no 422 of a field: what is not valid is a bad request. */
async function inTheseWords<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!isProblem(error, 'validation-failed')) throw error;
    throw new Problem('malformed-request', error.message, { facts: error.facts, cause: error });
  }
}

function nameOf(request: FastifyRequest): string {
  return (request.params as { readonly name: string }).name;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function badRequest(detail: string): Problem {
  return new Problem('malformed-request', detail);
}

function undefinedService(request: FastifyRequest): never {
  throw new Problem('service-undefined', `Undefined service: ${nameOf(request)}.`);
}
