export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly url?: string;
  readonly texts: readonly string[];
  readonly contains: readonly {
    readonly name: string;
    readonly license: string;
    readonly texts: readonly string[];
  }[];
}

export interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

export function packagesIn(
  metafiles: readonly Metafile[],
  root: string,
  keptByHand?: string,
): BundledPackage[];
export function licensesText(packages: readonly BundledPackage[]): string;
export function billOfMaterials(
  runner: { readonly name: string; readonly version: string; readonly license: string },
  packages: readonly BundledPackage[],
): string;
