import { expect, test } from 'vitest';
import { findReach, parseEngineAddress } from './engine-address.ts';

test('a socket on this machine reaches containers at their own address', () => {
  const address = parseEngineAddress('unix:///run/docker.sock');
  expect(address).toEqual({ kind: 'unix', socketPath: '/run/docker.sock' });
  expect(findReach(address)).toEqual({ kind: 'container' });
});

test('a host elsewhere reaches them at ports it publishes', () => {
  const address = parseEngineAddress('tcp://engine.test:4243');
  expect(address).toEqual({ kind: 'tcp', host: 'engine.test', port: 4243 });
  expect(findReach(address)).toEqual({ kind: 'published', host: 'engine.test', bindAddress: '0.0.0.0' });
});

test('the port may be left out, and an address of version 6 is taken out of its brackets', () => {
  expect(parseEngineAddress('tcp://engine.test')).toMatchObject({ port: 2375 });
  expect(parseEngineAddress('tcp://[2001:db8::1]', {})).toMatchObject({ host: '2001:db8::1', port: 2376 });
  expect(parseEngineAddress('tcp://engine.test:80')).toMatchObject({ port: 80 });
});

test.each(['ssh://engine.test', '/run/docker.sock', 'tcp://', ''])('%s is refused by name', (host) => {
  expect(() => parseEngineAddress(host)).toThrow(expect.objectContaining({ code: 'validation-failed' }));
});
