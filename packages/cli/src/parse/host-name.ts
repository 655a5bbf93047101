import { DomainHost } from '@berth/spec/name';

/** Lower case, without a path; `*.` in front stands for all names below. */
export const hostName = {
  expects: 'a host such as shop.example.org or *.example.org',
  parse: (text: string): string | undefined => DomainHost.safeParse(text.toLowerCase()).data,
};
