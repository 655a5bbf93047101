import { expect, test } from 'vitest';
import { readHosted } from './read-hosted.ts';

const config = JSON.stringify({
  shop: { port: 32801, domains: ['shop.hosted.example.org', 'shop.example.org'] },
  docs: { port: 32802, domains: ['docs.hosted.example.org'], image: 'team/docs:1', env: { PORT: 3000 } },
  lost: { port: 32803 },
});
const inspected = JSON.stringify([
  { Id: 'sha256:1', RepoTags: ['team/shop:2'], Config: { Env: ['PATH=/bin', 'LANG=C'] } },
  {
    Id: 'c1',
    Name: '/shop',
    Image: 'sha256:1',
    State: { Running: false },
    Config: { Image: 'team/shop:2', Env: ['ENV=test', 'PORT=8001', 'TEXT=a=b\nc', 'BARE', 'PATH=/bin', 'LANG=de'] },
  },
  { Id: 'c2', Name: '/foreign', Config: { Image: 'nginx', Env: [] } },
]);

test('an app is what its entry and its container say, without what its image brings along', () => {
  const [shop, docs, lost, ...more] = readHosted(config, inspected);
  expect(shop).toEqual({
    name: 'shop',
    image: 'team/shop:2',
    env: { ENV: 'test', PORT: '8001', TEXT: 'a=b\nc', BARE: '', LANG: 'de' },
    port: 8001,
    domains: ['shop.hosted.example.org', 'shop.example.org'],
    running: false,
  });
  expect(docs).toMatchObject({ image: 'team/docs:1', env: { ENV: 'prod', PORT: '3000' }, port: 3000, running: true });
  expect(lost).toMatchObject({ image: undefined, domains: [] });
  expect(more).toEqual([]);
});

test.each([
  ['[]', undefined, 'config.json cannot be read'],
  ['{', undefined, 'config.json cannot be read'],
  ['{}', '{}', 'The inspection cannot be read'],
])('what is no such file is refused: %s %s', (text, inspection, words) => {
  expect(() => readHosted(text, inspection)).toThrow(words);
});
