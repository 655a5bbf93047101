import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Probe, ProbeRequest } from '../../ports/probe.ts';

/** Asks over a fresh connection each time: a kept one would say nothing about new ones. */
export const socketProbe: Probe = (probe) => (probe.kind === 'tcp' ? probeTcp(probe) : probeHttp(probe));

function probeTcp(probe: ProbeRequest): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = openSocket(probe);
  socket.on('connect', () => {
    resolve(null);
    socket.destroy();
  });
  socket.on('error', (error) => resolve(reasonOf(error)));
  return promise;
}

function openSocket({ address, connectTimeoutMs }: ProbeRequest): Socket {
  const socket = connect({ ...address, noDelay: true });
  const timer = setTimeout(
    () => socket.destroy(new Error(`no connection within ${Math.round(connectTimeoutMs)} ms`)),
    connectTimeoutMs,
  );
  socket.once('connect', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
  return socket;
}

function probeHttp(probe: ProbeRequest): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const { address, path, timeoutMs } = probe;
  const headers = { 'user-agent': 'berth-probe', connection: 'close' };
  const createConnection = () => openSocket(probe);
  const call = request({ ...address, path, headers, agent: false, createConnection }, (response) => {
    const status = response.statusCode ?? 0;
    resolve(status >= 200 && status < 400 ? null : `${path} answered ${status}`);
    response.destroy();
  });
  const timer = setTimeout(() => call.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  call.on('error', (error) => resolve(reasonOf(error)));
  call.on('close', () => clearTimeout(timer));
  call.end();
  return promise;
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'the connection was refused' : error.message;
}
