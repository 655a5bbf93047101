import { STATUS_CODES } from 'node:http';
import type { Page } from '../page.ts';
import type { Slab } from '../wire/slab.ts';

export interface PageOrder {
  readonly keepsAlive: boolean;
  readonly dateLine: Uint8Array;
}

/** True when the edge does not read on after this page. */
export function endsConnection({ headers }: Page): boolean {
  return headers.some((name, at) => at % 2 === 0 && isConnection(name) && headers[at + 1] === 'close');
}

/** The head of an answer in the edge's own name. */
export function composePageHead(slab: Slab, { status, headers }: Page, order: PageOrder): void {
  slab.ascii(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`);
  for (let at = 0; at < headers.length; at += 2)
    if (!isConnection(headers[at] ?? '')) slab.ascii(`${headers[at] ?? ''}: ${headers[at + 1] ?? ''}\r\n`);
  slab.put(order.dateLine);
  slab.ascii(`Connection: ${order.keepsAlive ? 'keep-alive' : 'close'}\r\n\r\n`);
}

function isConnection(name: string): boolean {
  return name.toLowerCase() === 'connection';
}
