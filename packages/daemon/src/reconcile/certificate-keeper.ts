import type { App } from '../core/app.ts';
import { newCertificate } from '../core/certificate.ts';
import { type CertificatePlan, type CertificateSituation, planCertificates } from '../core/certificate-plan.ts';
import { certificateWishes, hostsOf } from '../core/certificate-wish.ts';
import type { CertificateFileSource } from '../ports/certificate-files.ts';
import { certificatePicture } from '../use-cases/certificate-picture.ts';
import { attemptCertificate, type AttemptTools } from './certificate-attempt.ts';
import { CertificateFeed } from './certificate-feed.ts';
import { readCertificateFiles } from './certificate-file-keeper.ts';
import { authorityOf } from './certificate-record.ts';
import { askWindow, tellEnds } from './certificate-watch.ts';
import { ChallengeDesk } from './challenge-desk.ts';
import type { World } from './world.ts';

/** Timers of the platform count to 24 days; a clock that jumps is noticed within this. */
const longestWaitMs = 3_600_000;
/** What failed in itself, as a write to a full disk, is not tried again at once. */
const afterErrorMs = 10_000;
const cheapMs = 10;

export interface CertificateParts {
  /** Null: no authority is configured. */
  readonly tools: AttemptTools | null;
  readonly files: CertificateFileSource | null;
}

/** Sees to it that every host has a certificate: asks, renews in time, hands them to the edge, and says what is wrong. */
export class CertificateKeeper {
  readonly #world: World;
  readonly #parts: CertificateParts;
  readonly #feed: CertificateFeed;
  readonly #desk: ChallengeDesk;
  readonly #busy = new Map<string, AbortController>();
  readonly #hosts = new Map<string, string>();
  readonly #endings: (() => void)[] = [];
  #cancelWake = (): void => {};
  #scheduled = false;
  #costMs = 0;
  #stopped = false;

  constructor(world: World, parts: CertificateParts) {
    this.#world = world;
    this.#parts = parts;
    this.#feed = new CertificateFeed(world);
    this.#desk = new ChallengeDesk(world);
  }

  start(): void {
    const { ledger, edge } = this.#world;
    this.#endings.push(ledger.listen({ onApps: (ids) => this.#onApps(ids), onCertificates: () => this.mark() }));
    edge.onConnected(() => {
      this.#desk.replay();
      this.#feed.replay();
    });
    const { files } = this.#parts;
    if (files !== null) this.#endings.push(files.watch(() => void this.#readFiles(files)));
    if (files === null) this.mark();
    else void this.#readFiles(files);
  }

  /** Decides anew, soon; many calls before that lead to one decision. */
  mark(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    const run = (): void => {
      this.#scheduled = false;
      if (!this.#stopped) this.#decideInTime();
    };
    // Of tens of thousands of certificates one look takes its time: all else gets ten times as much.
    if (this.#costMs < cheapMs) setImmediate(run);
    else setTimeout(run, 10 * this.#costMs).unref();
  }

  /** Attempts under way are left as they are: the next start goes on with them. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
    this.#feed.stop();
    for (const end of this.#endings) end();
    for (const controller of this.#busy.values()) controller.abort();
    this.#parts.tools?.authority.close();
  }

  /** Only where its hosts have changed is an app of interest here. */
  #onApps(ids: ReadonlySet<string>): void {
    const { ledger, policy } = this.#world;
    for (const id of ids) {
      const hosts = describeHosts(ledger.books.apps.get(id), policy.baseDomain);
      if (this.#hosts.get(id) !== hosts) this.mark();
      if (hosts === '') this.#hosts.delete(id);
      else this.#hosts.set(id, hosts);
    }
  }

  async #readFiles(files: CertificateFileSource): Promise<void> {
    try {
      await readCertificateFiles(this.#world, files);
    } catch (error) {
      this.#world.log.error({ error }, 'the certificate files were not read');
    }
    this.mark();
  }

  #decideInTime(): void {
    const begin = performance.now();
    this.#decide();
    this.#costMs = performance.now() - begin;
  }

  #decide(): void {
    this.#feed.sync();
    const plan = planCertificates(this.#situation());
    this.#create(plan);
    this.#write(() => tellEnds(this.#world, plan.tell));
    for (const { id, challenge } of plan.issue) this.#issue(id, challenge);
    for (const id of plan.askWindow) this.#askWindow(id);
    this.#forget(plan);
    this.#cancelWake();
    const { clock } = this.#world;
    const waitMs = Math.max(0, Math.min(longestWaitMs, (plan.wakeAt ?? Number.POSITIVE_INFINITY) - clock.now()));
    this.#cancelWake = clock.after(waitMs, () => this.mark());
  }

  #situation(): CertificateSituation {
    const {
      policy: { baseDomain, certificates: policy = null },
    } = this.#world;
    const { hosts, certificates, own, now } = certificatePicture(this.#world);
    const isAble = this.#parts.tools !== null && policy !== null;
    const { attempts, heldUntil } = authorityOf(this.#world);
    return {
      wishes: isAble ? certificateWishes(hosts, own, { baseDomain, policy }) : [],
      certificates,
      attempts,
      heldUntil,
      busy: new Set(this.#busy.keys()),
      ordersPerDomainPerWeek: policy?.ordersPerDomainPerWeek ?? 0,
      parallelOrders: policy?.parallelOrders ?? 0,
      now,
    };
  }

  /** Decided where it is written: what was created meanwhile is not created twice. */
  #create({ create }: CertificatePlan): void {
    if (create.length === 0) return;
    const { clock } = this.#world;
    const now = clock.now();
    this.#write((books) => {
      const known = new Set([...books.certificates.values()].map(({ source, hosts }) => `${source} ${hosts.join()}`));
      const missing = create.filter(({ hosts }) => !known.has(`acme ${hosts.join()}`));
      const certificates = missing.map(({ hosts }) => newCertificate({ id: clock.newId(), hosts, now }));
      return { changes: certificates.map((certificate) => ({ kind: 'certificate.put', certificate })), result: null };
    });
  }

  #forget({ forget }: CertificatePlan): void {
    if (forget.length === 0) return;
    this.#write(() => ({ changes: forget.map((id) => ({ kind: 'certificate.remove', id })), result: null }));
  }

  #issue(id: string, challenge: CertificatePlan['issue'][number]['challenge']): void {
    const { tools } = this.#parts;
    if (tools === null) return;
    this.#run(id, (signal) =>
      attemptCertificate({ world: this.#world, tools, desk: this.#desk, id, challenge, signal }),
    );
  }

  #askWindow(id: string): void {
    const { tools } = this.#parts;
    if (tools !== null) this.#run(id, () => askWindow(this.#world, tools.authority, id));
  }

  /** One thing at a time about each certificate. */
  #run(id: string, task: (signal: AbortSignal) => Promise<void>): void {
    if (this.#busy.has(id)) return;
    const controller = new AbortController();
    this.#busy.set(id, controller);
    task(controller.signal).then(
      () => this.#end(id),
      (error: unknown) => {
        if (!this.#stopped) this.#world.log.error({ error }, 'a certificate was left as it is');
        this.#world.clock.after(afterErrorMs, () => this.#end(id));
      },
    );
  }

  #end(id: string): void {
    this.#busy.delete(id);
    this.mark();
  }

  #write(decide: Parameters<World['ledger']['write']>[0]): void {
    this.#world.ledger
      .write(decide)
      .catch((error: unknown) => this.#stopped || this.#world.log.error({ error }, 'a certificate was not written'));
  }
}

/** Changes with all of an app that is of interest here; empty for one that is gone. */
function describeHosts(app: App | undefined, baseDomain: string): string {
  if (app === undefined || app.removing !== null) return '';
  return [app.owner, app.serving === null, ...hostsOf(app, baseDomain)].join();
}
