const UNITS: Readonly<Record<string, number>> = {
  ...{ m: 0.001, '': 1, k: 1e3, M: 1e6, G: 1e9 },
  ...{ Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 },
};

/** A number of Kubernetes: "500m" is 0.5, "256Mi" is 268435456. */
export function quantity(text: string): number {
  const [, digits = '', unit = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (digits === '' || factor === undefined) throw new Error(`${JSON.stringify(text)} is no quantity`);
  return Number(digits) * factor;
}
