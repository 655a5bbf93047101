import { Agent } from 'node:http';
import { awaitFirstAnswer } from './first-answer.ts';
import type { Berth } from './stage.ts';

/** Who looks at apps through Berth's edge, by kept-alive connections. */
export class EdgeVisitor {
  readonly #berth: Berth;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(berth: Berth) {
    this.#berth = berth;
  }

  /** Resolves when the app shows a page that holds the text; any page of status 200 unless said. */
  async awaitPage(app: string, holding = ''): Promise<void> {
    const { edgePort: port } = this.#berth.daemon;
    await awaitFirstAnswer({ host: '127.0.0.1', port, name: `${app}.localhost`, agent: this.#agent, holding });
  }

  close(): void {
    this.#agent.destroy();
  }
}
