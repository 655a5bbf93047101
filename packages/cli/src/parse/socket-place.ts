import { port } from './number.ts';

/** `127.0.0.1:8080`, `[::1]:8080`, or a name with a port. */
export const socketPlace = {
  expects: 'an address with a port, such as 127.0.0.1:8080',
  parse(text: string): string | undefined {
    const [, number = ''] = /^(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9.-]+):(\d+)$/.exec(text) ?? [];
    return port.parse(number) === undefined ? undefined : text;
  },
};
