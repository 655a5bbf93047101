import { TemplateRequest } from '@berth/spec/spawn';
import type { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { chooseParameters, fillingsOf, fillTemplate, requireUsable, type Template } from './template.ts';

function template(spec: object, more: Partial<z.input<typeof TemplateRequest>> = {}): Template {
  return { name: 'lab', ...TemplateRequest.parse({ spec: { image: 'lab:1', ...spec }, ...more }) };
}

const filling = { id: 'abc', user: 'Zoë "7"', parameters: {} };

describe('a template', () => {
  test('is filled wherever it has a text, and nowhere else', () => {
    const spec = {
      env: { WHO: '{{user}}', URL: 'https://{{id}}.example.org/{{user}}', SIZE: '{{size}}' },
      volumes: [{ name: 'v-{{id}}', path: '/data' }],
      domains: [{ host: '{{id}}.example.org' }],
    };
    const filled = fillTemplate(template(spec, { parameters: { size: {} } }), {
      ...filling,
      parameters: { size: '$&' },
    });
    expect(filled).toMatchObject({
      env: { WHO: 'Zoë "7"', URL: 'https://abc.example.org/Zoë "7"', SIZE: '$&' },
      volumes: [{ name: 'v-abc' }],
      domains: [{ host: 'abc.example.org' }],
    });
  });

  test('fills no hole with what holds another', () => {
    const filled = fillTemplate(template({ env: { A: '{{user}}' } }), { ...filling, user: '{{id}}' });
    expect(filled.env).toEqual({ A: '{{id}}' });
  });

  test('makes apps that end for good unless it says otherwise', () => {
    expect(fillTemplate(template({}), filling)).toMatchObject({
      restart: 'never',
      life: { endedSeconds: 60, atEnd: 'remove', volumes: 'remove' },
    });
    const own = fillTemplate(template({ restart: 'always', life: { lifetimeSeconds: 9, atEnd: 'stop' } }), filling);
    expect(own).toMatchObject({ restart: 'always', life: { lifetimeSeconds: 9, atEnd: 'stop', endedSeconds: 60 } });
  });

  test('passes what fills it through the same door as every request', () => {
    const wild = template({ image: '{{image}}' }, { parameters: { image: {} } });
    expect(() => fillTemplate(wild, { ...filling, parameters: { image: 'Not an image; rm -rf' } })).toThrow('image');
  });

  test.each<[string, object, Partial<z.input<typeof TemplateRequest>>, string]>([
    ['an unknown hole', { env: { A: '{{name}}' } }, {}, 'a hole {{name}} that nothing fills'],
    ['a hole with spaces', { env: { A: '{{ user }}' } }, {}, 'a hole {{ user }} that nothing fills'],
    ['a hole with capitals', { env: { A: '{{USER}}' } }, {}, 'a hole {{USER}} that nothing fills'],
    ['a hole that is open', { env: { A: '{{user' } }, {}, 'a hole {{user}} that nothing fills'],
    ['a hole in a name', { env: { '{{user}}': 'x' } }, {}, 'a hole in the name'],
    ['a hole for a prototype', { env: { A: '{{constructor}}' } }, {}, 'a hole {{constructor}}'],
    ['an owner', { owner: 'ada' }, {}, 'spec.owner: is decided by each spawn'],
    ['an unknown field', { imgae: 'x' }, {}, 'imgae'],
    ['a number for a text', { env: { A: 1 } }, {}, 'env.A'],
    ['a choice that is no image', { image: '{{i}}' }, { parameters: { i: { choices: { a: 'NO' } } } }, 'image'],
  ])('with %s is refused', (...[, spec, more, detail]) => {
    expect(() => requireUsable(template(spec, more))).toThrow(detail);
  });

  test('without an image is refused', () => {
    expect(() => requireUsable({ name: 'x', ...TemplateRequest.parse({ spec: {} }) })).toThrow('image: is needed');
  });
});

describe('parameters', () => {
  const lab = template(
    {},
    { parameters: { size: { default: 'small', choices: { small: '1', big: '2' } }, topic: {} } },
  );

  test('are what is given, else what is usual, and fill what they stand for', () => {
    const chosen = chooseParameters(lab, { topic: 'maths' });
    expect(chosen).toEqual({ size: 'small', topic: 'maths' });
    expect(fillingsOf(lab, chosen)).toEqual({ size: '1', topic: 'maths' });
  });

  test.each([
    [{}, 'parameters.topic: is needed'],
    [{ topic: 'x', size: 'huge' }, 'parameters.size: is not one of the choices'],
    [{ topic: 'x', size: 'constructor' }, 'parameters.size: is not one of the choices'],
    [{ topic: 'x', other: 'y' }, 'parameters.other: is not a parameter of the template'],
    [{ topic: 'x', toString: 'y' }, 'parameters.toString: is not a parameter of the template'],
  ])('%j are refused', (given, detail) => {
    expect(() => chooseParameters(lab, given)).toThrow(detail);
  });
});
