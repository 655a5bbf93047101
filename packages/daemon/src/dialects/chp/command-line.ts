import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type LogLevel, logLevels } from './chp-log.ts';
import { type FlagName, flags } from './flag.ts';
import type { ProxyOptions } from './proxy-options.ts';

/** What the executable was asked to be. Paths are absolute. */
export interface CommandLine {
  readonly visitors: Place & { readonly tls?: ServerTls };
  readonly api: Place & { readonly tls?: ServerTls };
  readonly metrics: Place | undefined;
  readonly proxy: ProxyOptions;
  readonly defaultTarget: string | undefined;
  readonly errorPages: { readonly target?: string; readonly folder?: string };
  readonly redirect: { readonly port: number; readonly toPort: number } | undefined;
  readonly pidFile: string | undefined;
  readonly logLevel: LogLevel;
  readonly keepAliveMs: number | undefined;
  readonly trustedProxies: readonly string[];
  /** What is understood and has no effect. */
  readonly warnings: readonly string[];
}

/** A unix socket where `socket` is given; an empty `ip` is every address of the machine. */
export interface Place {
  readonly ip: string;
  readonly port: number;
  readonly socket?: string;
}

export interface ServerTls {
  readonly keyFile: string;
  readonly certFile: string;
  readonly caFile?: string;
  readonly requestsCert: boolean;
  readonly rejectsUnauthorized: boolean;
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  readonly ciphers?: string;
}

/** A flag that is none or a value that cannot be; its message is for the terminal. */
class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

/** Reads the words behind the program's name. */
export function parseCommandLine(argv: readonly string[]): CommandLine | 'help' | 'version' {
  const given = readFlags(argv);
  if (given.has('help')) return 'help';
  if (given.has('version')) return 'version';
  return new Reader(given).read();
}

type Given = ReadonlyMap<FlagName, readonly string[]>;

class Reader {
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
  }

  read(): CommandLine {
    this.#check();
    const visitors = this.#visitors();
    const port = visitors.port;
    return {
      visitors,
      api: { ...this.#place('api', 'localhost', port === 0 ? 0 : port + 1), ...this.#tls('api-') },
      metrics: this.#has('metrics-port') || this.#has('metrics-socket') ? this.#place('metrics', '', 0) : undefined,
      proxy: this.#proxy(),
      defaultTarget: this.#text('default-target'),
      errorPages: { ...named('target', this.#url('error-target')), ...named('folder', this.#path('error-path')) },
      redirect: this.#redirect(port),
      pidFile: this.#path('pid-file'),
      logLevel: this.#logLevel(),
      keepAliveMs: this.#number('keep-alive-timeout'),
      trustedProxies: (this.#text('trusted-proxies') ?? '127.0.0.0/8,::1').split(',').filter((text) => text !== ''),
      warnings: this.#warnings(),
    };
  }

  #check(): void {
    if (this.#has('error-target') && this.#has('error-path'))
      throw new CommandLineError('Cannot specify both error-target and error-path. Pick one.');
    if (this.#has('socket'))
      throw new CommandLineError('Visitors come in by address and port only: use --ip and --port, not --socket.');
    const backend = this.#text('storage-backend') ?? 'memory';
    if (backend !== 'memory')
      throw new CommandLineError(
        `There is no storage backend ${backend}: routes are kept in memory (--storage-backend memory).`,
      );
  }

  #visitors(): CommandLine['visitors'] {
    const ip = this.#text('ip') ?? '';
    const port = this.#number('port') ?? 8000;
    return { ip: ip === '*' ? '' : ip, port, ...this.#tls('') };
  }

  #place(name: 'api' | 'metrics', ip: string, port: number): Place {
    const socket = this.#path(`${name}-socket`);
    const given = this.#text(`${name}-ip`) ?? ip;
    return { ip: given === '*' ? '' : given, port: this.#number(`${name}-port`) ?? port, ...named('socket', socket) };
  }

  #tls(prefix: '' | 'api-'): { readonly tls?: ServerTls } {
    const keyFile = this.#path(`${prefix}ssl-key`);
    const certFile = this.#path(`${prefix}ssl-cert`);
    if (keyFile === undefined && certFile === undefined) return {};
    if (keyFile === undefined || certFile === undefined)
      throw new CommandLineError(`--${prefix}ssl-key and --${prefix}ssl-cert belong together.`);
    const more =
      prefix === '' ? { ...named('version', this.#tlsVersion()), ...named('ciphers', this.#text('ssl-ciphers')) } : {};
    return {
      tls: {
        keyFile,
        certFile,
        ...named('caFile', this.#path(`${prefix}ssl-ca`)),
        requestsCert: this.#has(`${prefix}ssl-request-cert`),
        rejectsUnauthorized: this.#has(`${prefix}ssl-reject-unauthorized`),
        ...more,
      },
    };
  }

  #tlsVersion(): ServerTls['version'] {
    const name = this.#text('ssl-protocol');
    if (name === undefined || /^TLS(?:_method)?$/.test(name)) return undefined;
    const [, minor] = /^TLSv1_([23])(?:_method)?$/.exec(name) ?? [];
    if (minor === '2') return 'TLSv1.2';
    if (minor === '3') return 'TLSv1.3';
    throw new CommandLineError(`--ssl-protocol ${name} is not safe, or none: choose TLSv1_2 or TLSv1_3.`);
  }

  #proxy(): ProxyOptions {
    return {
      hostRouting: this.#has('host-routing'),
      host: '*',
      includePrefix: !this.#has('no-include-prefix'),
      prependPath: !this.#has('no-prepend-path'),
      forwards: !this.#has('no-x-forward'),
      requiresTls: this.#has('redirect-port'),
      changeOrigin: this.#has('change-origin'),
      autoRewrite: this.#has('auto-rewrite'),
      ...named('protocolRewrite', this.#scheme()),
      customHeaders: this.#customHeaders(),
      targetTls: {
        isTrusted: this.#has('insecure'),
        ...named('caFile', this.#path('client-ssl-ca')),
        ...named('certFile', this.#path('client-ssl-cert')),
        ...named('keyFile', this.#path('client-ssl-key')),
      },
      ...named('answerSeconds', this.#answerSeconds()),
      ...named('idleSeconds', this.#seconds('timeout')),
    };
  }

  /** A connection that waits for its answer is silent, too. */
  #answerSeconds(): number | undefined {
    const limits = [this.#seconds('proxy-timeout'), this.#seconds('timeout')].filter((limit) => limit !== undefined);
    const finite = limits.filter((limit) => limit > 0);
    return finite.length === 0 ? limits[0] : Math.min(...finite);
  }

  #scheme(): ProxyOptions['protocolRewrite'] {
    const scheme = this.#text('protocol-rewrite')?.replace(/:$/, '');
    if (scheme === undefined || scheme === 'http' || scheme === 'https') return scheme;
    throw new CommandLineError('--protocol-rewrite must be http or https.');
  }

  #customHeaders(): Readonly<Record<string, string>> {
    const pairs = (this.#given.get('custom-header') ?? []).map((text) => {
      const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t\x20-\x7e\x80-\xff]*?)\s*$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new CommandLineError(`A colon was expected in custom header: ${text}`);
      return [name.toLowerCase(), value] as const;
    });
    return Object.fromEntries(pairs);
  }

  #redirect(port: number): CommandLine['redirect'] {
    const from = this.#number('redirect-port');
    if (from === undefined) return undefined;
    if (!this.#has('ssl-key')) throw new CommandLineError('HTTPS redirection specified but certificates not provided.');
    return { port: from, toPort: this.#number('redirect-to') ?? port };
  }

  #logLevel(): LogLevel {
    const wish = this.#text('log-level') ?? 'info';
    const level = logLevels.find((name) => name === wish.toLowerCase());
    if (level === undefined) throw new CommandLineError(`--log-level must be one of ${logLevels.join(', ')}.`);
    return level;
  }

  #warnings(): readonly string[] {
    const without = ['ssl-allow-rc4', 'ssl-dhparam'] as const;
    const ip = this.#text('ip') === '*' ? ["Interpreting ip='*' as all-interfaces."] : [];
    return [...ip, ...without.filter((name) => this.#has(name)).map((name) => `--${name} has no effect here.`)];
  }

  #has(name: FlagName): boolean {
    return this.#given.has(name);
  }

  #text(name: FlagName): string | undefined {
    return this.#given.get(name)?.at(-1);
  }

  #path(name: FlagName): string | undefined {
    const path = this.#text(name);
    return path === undefined ? undefined : resolve(path);
  }

  #url(name: FlagName): string | undefined {
    const url = this.#text(name);
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new CommandLineError(`--${name} must be a URL: http://host:port or https://host:port.`);
    return url;
  }

  #number(name: FlagName): number | undefined {
    const text = this.#text(name);
    if (text === undefined) return undefined;
    const isPort = name === 'port' || name.endsWith('-port') || name === 'redirect-to';
    if (!/^\d{1,9}$/.test(text) || (isPort && Number(text) > 65_535))
      throw new CommandLineError(`--${name} must be ${isPort ? 'a port' : 'a number of milliseconds'}, not ${text}.`);
    return Number(text);
  }

  #seconds(name: FlagName): number | undefined {
    const ms = this.#number(name);
    return ms === undefined ? undefined : ms / 1000;
  }
}

/** `--ip=x`, `--ip x`, `-h` and `-V`. */
function readFlags(argv: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: 'value' in flag ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  const args = argv.map((word) => (word === '-h' ? '--help' : word === '-V' ? '--version' : word));
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true, allowPositionals: true });
  const given = new Map<FlagName, readonly string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') throw new CommandLineError(`error: too many arguments: ${token.value}`);
    if (token.kind === 'option-terminator') continue;
    const name = checkFlag(token.name, token.rawName, token.value);
    given.set(name, [...(given.get(name) ?? []), token.value ?? '']);
  }
  return given;
}

function checkFlag(name: string, rawName: string, value: string | undefined): FlagName {
  if (!isFlag(name)) throw new CommandLineError(`error: unknown option '${rawName}'`);
  const flag = flags[name];
  if ('value' in flag && value === undefined)
    throw new CommandLineError(`error: option '--${name} <${flag.value}>' argument missing`);
  if (!('value' in flag) && value !== undefined) throw new CommandLineError(`error: option '--${name}' takes no value`);
  return name;
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(flags, name);
}

/** A field that is there only with a value. */
function named<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]?: Value });
}
