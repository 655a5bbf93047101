import { expect, test } from 'vitest';
import { isGroup } from './command.ts';
import { sections } from './command-table.ts';
import { renderCliReference } from './reference.ts';

const commands = Object.values(sections).flatMap((table) =>
  Object.entries(table).flatMap(([name, entry]) =>
    isGroup(entry)
      ? Object.entries(entry.commands).map(([child, one]) => [`${name} ${child}`, one] as const)
      : [[name, entry] as const],
  ),
);

test.each(commands)('the reference explains `berth %s`, with an example', (name, command) => {
  expect(command.examples.length).toBeGreaterThan(0);
  expect(renderCliReference()).toContain(`### berth ${name}\n`);
});

test('no two commands share a name', () => {
  const names = Object.values(sections).flatMap((table) =>
    Object.entries(table).flatMap(([name, entry]) => [name, ...(entry.aliases ?? [])]),
  );
  expect(names.length).toBe(new Set(names).size);
});
