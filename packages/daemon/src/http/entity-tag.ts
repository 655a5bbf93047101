import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { Context } from '../use-cases/context.ts';

/** The tag of a text: equal texts have equal tags, across restarts too. */
export function contentTag(bytes: Buffer): string {
  return `"${hash('sha1', bytes, 'base64url').slice(0, 16)}"`;
}

/** The tag of an app: its version, for `If-Match`, and behind the dot its content, for `If-None-Match`. */
export function appTag(bytes: Buffer, { version }: { readonly version: number }): string {
  return `"${version}.${hash('sha1', bytes, 'base64url').slice(0, 12)}"`;
}

/** True when the caller has this very content already (RFC 9110, section 13.1.2: compared weakly). */
export function isUnchanged(headers: IncomingHttpHeaders, tag: string): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  return given === tag || given.trim() === '*' || parseTags('If-None-Match', given).includes(tag.slice(1, -1));
}

/** The versions that `If-Match` accepts; undefined for any. `*` asks that there be an app at all. */
export function ifMatchOf(context: Context, headers: IncomingHttpHeaders, name: string): readonly number[] | undefined {
  const given = headers['if-match'];
  if (given === undefined) return undefined;
  if (given.trim() !== '*') return parseTags('If-Match', given).flatMap(tagVersion);
  if (context.ledger.books.appIds.has(name)) return undefined;
  throw new Problem('precondition-failed', `There is no app "${name}" yet; leave If-Match away to create it.`);
}

/** True for `If-None-Match: *`: only where there is no such app. */
export function isOnlyNew(headers: IncomingHttpHeaders): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  if (given.trim() === '*') return true;
  throw fieldProblem('If-None-Match', 'must be * here');
}

function parseTags(header: string, given: string): string[] {
  const tags = given.split(',').map((tag) => /^(?:W\/)?"([\x21\x23-\x7e]*)"$/.exec(tag.trim())?.[1]);
  if (tags.every((tag) => tag !== undefined)) return tags;
  throw fieldProblem(header, 'must be a list of entity tags such as "7"');
}

function tagVersion(tag: string): number[] {
  const version = /^(\d{1,15})(?:\.[\w-]+)?$/.exec(tag)?.[1];
  return version === undefined ? [] : [Number(version)];
}
