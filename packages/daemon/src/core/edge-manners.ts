import type { EdgeErrorPages } from './edge-error-pages.ts';

/** Where each request is written down. */
export interface AccessLogWish {
  readonly file: string;
  /** When the file has grown to this, it becomes `.1`, and what was `.1` becomes `.2` … */
  readonly maxBytes: number;
  /** How many old files are kept. */
  readonly files: number;
}

/** What an edge that stands alone may do otherwise than a daemon's. */
export interface EdgeManners {
  readonly errorPages?: EdgeErrorPages;
  /** It ends, at once, with the process that started it, however that ends. */
  readonly endsWithParent?: boolean;
  /** How long a visitor's connection waits for its next request. */
  readonly keepAliveMs?: number;
  readonly accessLog?: AccessLogWish;
  readonly tls?: VisitorTls;
  /** Where visitors reach https, for those who are sent there. */
  readonly httpsPort?: number;
  /** Visitors who come by http are sent to https where a valid certificate is in force, unless their route says otherwise. */
  readonly redirectsToHttps?: boolean;
}

/** How visitors are spoken to by TLS, where that is not the edge's own policy. */
export interface VisitorTls {
  /** PEM, of the authorities of visitors' own certificates. */
  readonly authoritiesPem?: string;
  readonly requestsCert: boolean;
  /** Who has no valid one gets no further. */
  readonly rejectsUnauthorized: boolean;
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  /** As OpenSSL names them. */
  readonly ciphers?: string;
}
