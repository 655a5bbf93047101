/** A line of `docker node ls --format '{{json .}}'`. */
export interface DockerNodeLine {
  readonly Availability: string;
  readonly EngineVersion: string;
  readonly Hostname: string;
  readonly ID: string;
  readonly ManagerStatus: string;
  readonly Self: boolean;
  readonly Status: string;
  readonly TLSStatus: string;
}

/** What a line is told from. Any `EngineNode` is one. */
export interface ShownNode {
  readonly id: string;
  readonly hostname: string;
  readonly status: string;
  readonly availability: string;
  readonly managerStatus: string;
  readonly engineVersion: string;
  readonly tlsStatus: string;
  readonly isSelf: boolean;
}

/** The line of one node of a swarm. */
export function renderNodeLine(node: ShownNode): DockerNodeLine {
  return {
    Availability: node.availability,
    EngineVersion: node.engineVersion,
    Hostname: node.hostname,
    ID: node.id,
    ManagerStatus: node.managerStatus,
    Self: node.isSelf,
    Status: node.status,
    TLSStatus: node.tlsStatus,
  };
}
