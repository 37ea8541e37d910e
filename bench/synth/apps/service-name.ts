export const SERVICE = (index: number) => `service-${String(index).padStart(4, '0')}`;
