import { expect, test } from 'vitest';
import type { ContainerRequest } from '../../core/container.ts';
import { renderCreateBody } from './create-body.ts';

const request: ContainerRequest = {
  name: 'web',
  image: 'sha256:89',
  labels: { a: 'b' },
  env: { GREETING: 'a=b c' },
  stopGraceSeconds: 10,
  ports: [
    { containerPort: 8080, protocol: 'tcp', publish: { hostAddress: '127.0.0.1', hostPort: 0 } },
    { containerPort: 9090, protocol: 'udp' },
  ],
  network: { name: 'mine', aliases: ['web'] },
  volumes: [{ volume: 'data', path: '/data', readOnly: true }],
  tmpfs: [{ path: '/tmp', sizeBytes: 1024 }, { path: '/run' }],
  limits: { cpus: 0.1, memoryBytes: 1 << 26, pids: 50 },
  readOnlyRoot: true,
  noNewPrivileges: true,
  log: { maxSizeBytes: 1000, maxFiles: 3 },
};

test('a request becomes what the engine wants', () => {
  expect(JSON.parse(JSON.stringify(renderCreateBody(request)))).toEqual({
    Image: 'sha256:89',
    Labels: { a: 'b' },
    Env: ['GREETING=a=b c'],
    StopTimeout: 10,
    ExposedPorts: { '8080/tcp': {}, '9090/udp': {} },
    HostConfig: {
      NanoCpus: 100_000_000,
      Memory: 1 << 26,
      PidsLimit: 50,
      ReadonlyRootfs: true,
      SecurityOpt: ['no-new-privileges:true'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1000', 'max-file': '3' } },
      Tmpfs: { '/tmp': 'size=1024', '/run': '' },
      Mounts: [{ Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true, VolumeOptions: { NoCopy: false } }],
      PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      RestartPolicy: { Name: 'no' },
      NetworkMode: 'mine',
      Privileged: false,
      CapAdd: [],
      Devices: [],
    },
    NetworkingConfig: { EndpointsConfig: { mine: { Aliases: ['web'] } } },
  });
});

test('nothing of the host is given away unless privileges say so', () => {
  const keys = Object.keys(
    renderCreateBody({ ...request, network: undefined } as unknown as ContainerRequest).HostConfig as object,
  );
  expect(keys).not.toContain('PidMode');
  expect(keys).not.toContain('NetworkMode');
  expect(keys).not.toContain('Binds');
});

test('privileges are given as they are, and the host’s network replaces the app’s', () => {
  const body = renderCreateBody({
    ...request,
    privileges: {
      privileged: true,
      hostNetwork: true,
      hostPid: true,
      capabilities: ['NET_ADMIN'],
      devices: ['/dev/fuse', '/dev/sda:/dev/disk:r'],
      hostMounts: [{ source: '/srv', path: '/srv', readOnly: true }],
    },
  });
  expect(body.NetworkingConfig).toBeUndefined();
  expect(body.HostConfig).toMatchObject({
    Privileged: true,
    NetworkMode: 'host',
    PidMode: 'host',
    CapAdd: ['NET_ADMIN'],
    Devices: [
      { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' },
      { PathOnHost: '/dev/sda', PathInContainer: '/dev/disk', CgroupPermissions: 'r' },
    ],
    Mounts: [{ Type: 'volume' }, { Type: 'bind', Source: '/srv', Target: '/srv', ReadOnly: true }],
  });
});
