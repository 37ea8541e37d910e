import { Problems, shown } from '../internal/problems';
import { portProblem } from '../internal/syntax';
import { DatabasePeer } from '../network/database-peer';

/** Where the official chart of Vault was installed. */
export interface VaultChartOptions {
  /** @default 'vault' */
  readonly namespace?: string;
  /**
   * Value of the label `app.kubernetes.io/name` of the servers; `openbao` for the chart of OpenBao.
   * @default 'vault'
   */
  readonly podName?: string;
}

export interface VaultServerOptions {
  /** Where the agent may connect to: every address of Vault, or its pods. At least one. */
  readonly peers: DatabasePeer[];
  /**
   * Port of the peers: of the pods, not of the Service.
   * @default 8200
   */
  readonly port?: number;
  /**
   * For example `https://vault.example.com:8200`.
   * @default - the injector's own setting
   */
  readonly address?: string;
}

/** Vault as the network sees it: the agent runs in the Jobs' pods, so that the policy must open the way. */
export class VaultServer {
  /** Servers in the cluster, by the labels of the official chart. */
  public static officialChart({
    namespace = 'vault',
    podName = 'vault',
  }: VaultChartOptions = {}): VaultServer {
    const peer = DatabasePeer.pods({
      podLabels: { 'app.kubernetes.io/name': podName, component: 'server' },
      namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    });
    return new VaultServer([peer], 8200, undefined);
  }

  /** Servers anywhere. @throws Error with every problem of the options. */
  public static at({ peers, port = 8200, address }: VaultServerOptions): VaultServer {
    const problems = new Problems();
    if (peers.length === 0)
      problems.add('peers', '[] leaves Vault unreachable; give at least one DatabasePeer');
    problems.check('port', portProblem(port));
    if (address !== undefined && !/^https?:\/\/[^\s/]+\/?$/.test(address)) {
      problems.add(
        'address',
        `${shown(address)} is not Vault's address; write it like "https://vault.example.com:8200"`,
      );
    }
    problems.throwIfAny();
    return new VaultServer([...peers], port, address);
  }

  private constructor(
    public readonly peers: DatabasePeer[],
    public readonly port: number,
    public readonly address: string | undefined,
  ) {}
}
