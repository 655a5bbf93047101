import { expect, test } from 'vitest';
import { AppName, ContainerPath, HostName, ImageReference, PathPrefix } from './name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['nginx', true],
  ['nginx:1.29-alpine', true],
  ['team/app', true],
  ['localhost/app', true],
  ['localhost:5000/team/app:1', true],
  ['registry:5000/app', true],
  ['registry.example.org/Team/app', false],
  ['Registry.Example.org/team/app', true],
  ['[::1]:5000/app', true],
  [`app@${digest}`, true],
  [`app:1@${digest}`, true],
  ['app@sha256:short', false],
  ['UPPER/x', false],
  ['Nginx', false],
  ['app:', false],
  ['app:-1', false],
  ['a//b', false],
  ['../etc', false],
  ['app x', false],
  ['app\n', false],
  ['', false],
])('the image %j is a reference: %s', (text, valid) => {
  expect(ImageReference.safeParse(text).success).toBe(valid);
});

test.each([
  ['shop', true],
  ['a', true],
  ['a-1', true],
  ['-a', false],
  ['a-', false],
  ['A', false],
  ['a.b', false],
  ['ä', false],
  ['a'.repeat(50), true],
  ['a'.repeat(51), false],
])('the app name %j is one: %s', (text, valid) => {
  expect(AppName.safeParse(text).success).toBe(valid);
});

test.each([
  ['/data', true],
  ['/a/b.c', true],
  ['/', false],
  ['data', false],
  ['/a/../b', false],
  ['/a//b', false],
  ['/a/.', false],
  ['/a\u0000', false],
  ['/a\n', false],
])('the container path %j is one: %s', (text, valid) => {
  expect(ContainerPath.safeParse(text).success).toBe(valid);
});

test.each([
  ['app.example.org', true],
  ['localhost', true],
  ['App.example.org', false],
  ['*.example.org', false],
  ['10.0.0.1', false],
  ['a..b', false],
  ['-a.org', false],
])('the host %j is one: %s', (text, valid) => {
  expect(HostName.safeParse(text).success).toBe(valid);
});

test.each([
  ['/', true],
  ['/a/b', true],
  ['/a/', false],
  ['a', false],
  ['/..', false],
  ['/a%2f', false],
  ['/a?b', false],
])('the path prefix %j is one: %s', (text, valid) => {
  expect(PathPrefix.safeParse(text).success).toBe(valid);
});
