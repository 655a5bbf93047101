import { describe, expect, test } from 'vitest';
import { engineReference, imageKey, parseImageName, repositoryKey, shortRepository } from './image-name.ts';
import { isAllowedImage, isImagePattern, matchesImage } from './image-policy.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the name of an image', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1', 'docker.io/library/nginx:1', 'nginx:1'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['team/app:2', 'docker.io/team/app:2', 'team/app:2'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
    ['127.0.0.1:5000/team/app', '127.0.0.1:5000/team/app:latest', '127.0.0.1:5000/team/app:latest'],
    ['Registry.Example.org/app:1', 'registry.example.org/app:1', 'registry.example.org/app:1'],
    [`nginx:1@${digest}`, `docker.io/library/nginx@${digest}`, `nginx@${digest}`],
    ['deadbeef', 'docker.io/library/deadbeef:latest', 'deadbeef:latest'],
  ])('%s means %s, and an engine is asked for %s', (reference, key, asked) => {
    expect(imageKey(reference)).toBe(key);
    expect(engineReference(reference)).toBe(asked);
    expect(imageKey(asked)).toBe(key);
  });

  test('leads to its repository', () => {
    expect(repositoryKey(`team/app@${digest}`)).toBe('docker.io/team/app');
    expect(shortRepository('docker.io/library/nginx:1')).toBe('nginx');
    expect(parseImageName(`r.example.org/a/b:1@${digest}`)).toEqual({
      registry: 'r.example.org',
      repository: 'a/b',
      tag: null,
      digest,
    });
  });
});

describe('a pattern of images', () => {
  test.each([
    ['registry.example.org/team/*', 'registry.example.org/team/app:1', true],
    ['registry.example.org/team/*', `registry.example.org/team/app@${digest}`, true],
    ['registry.example.org/team/*', 'registry.example.org/team/sub/app', false],
    ['registry.example.org/team/**', 'registry.example.org/team/sub/app', true],
    ['registry.example.org/team/*', 'registry.example.org.evil.org/team/app', false],
    ['registry.example.org/team/*', 'evil.org/registry.example.org/team/app', false],
    ['registry.example.org/team/*', 'registryxexample.org/team/app', false],
    ['registry.example.org/team/*', 'team/app', false],
    ['127.0.0.1:5000/*', '127.0.0.1:5000/app', true],
    ['nginx', 'nginx:1.27', true],
    ['nginx', 'docker.io/library/nginx', true],
    ['nginx', 'evil/nginx', false],
    ['*', 'nginx', true],
    ['*', 'team/app', false],
    ['team/*', 'docker.io/team/app', true],
    ['**', 'registry.example.org/a/b/c:1', true],
    ['**/app', 'registry.example.org/a/b/app', true],
    ['nginx:1.*', 'nginx:1.27', true],
    ['nginx:1.*', 'nginx:2', false],
    ['nginx:1.*', `nginx:1.27@${digest}`, false],
    ['nginx:latest', 'nginx', true],
    [`nginx@${digest}`, `nginx:9@${digest}`, true],
    [`nginx@${digest}`, 'nginx', false],
  ])('%s beside %s: %s', (pattern, reference, matches) => {
    expect(isImagePattern(pattern)).toBe(true);
    expect(matchesImage(pattern, reference)).toBe(matches);
  });

  test.each(['', ' ', 'a b', 'nginx@sha256:1', '(a+)+', '[a-z]', '../x\n', 'a***'])('%j is none', (pattern) => {
    expect(isImagePattern(pattern)).toBe(false);
  });

  test('counts under approval and deny; open needs none', () => {
    const allow = ['team/*'];
    expect(isAllowedImage({ mode: 'open', allow: [] }, 'nginx')).toBe(true);
    expect(isAllowedImage({ mode: 'approval', allow }, 'nginx')).toBe(false);
    expect(isAllowedImage({ mode: 'approval', allow }, 'team/app')).toBe(true);
    expect(isAllowedImage({ mode: 'deny', allow }, 'team/app')).toBe(true);
    expect(isAllowedImage({ mode: 'deny', allow }, 'nginx')).toBe(false);
  });
});
