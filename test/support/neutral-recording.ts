/** Bookkeeping of server-side apply, a third of each object, which this command never reads. */
export function withoutManagedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutManagedFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'managedFields');
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutManagedFields(part)]));
}

const ADDRESS = /\b(?!127\.)\d{1,3}(?:\.\d{1,3}){3}\b/g;
const NODE_NAME = /"(?:nodeName|kubernetes\.io\/hostname)":"([^"]+)"/g;

/** Other addresses and names of nodes, and whatever else `names` replaces, the longest first. */
export function neutralText(text: string, names: Readonly<Record<string, string>>): string {
  const nodes = [...new Set([...text.matchAll(NODE_NAME)].map((match) => match[1] ?? ''))];
  const all = { ...names, ...Object.fromEntries(nodes.map((node, index) => [node, `node-${index + 1}`])) };
  let neutral = text;
  for (const [name, other] of Object.entries(all).sort(([a], [b]) => b.length - a.length)) {
    neutral = neutral.replace(
      new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'g'),
      other,
    );
  }
  const addresses: string[] = [];
  // The scheduler adds the name of its machine to its own.
  return (
    neutral
      .replace(/default-scheduler-[\w.-]+/g, 'default-scheduler-node-1')
      // The kubelet names files of its node where a log is gone.
      .replace(/(?:\/[\w.-]+)+(?=\/var\/log\/pods)/g, '')
      .replace(ADDRESS, (address) => {
        if (!addresses.includes(address)) addresses.push(address);
        return `10.0.0.${addresses.indexOf(address) + 1}`;
      })
  );
}
