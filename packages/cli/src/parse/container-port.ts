import { port } from './number.ts';

/** `8080` or `53/udp`. */
export const containerPort = {
  expects: 'a port such as 8080 or 53/udp',
  parse(text: string): { readonly containerPort: number; readonly protocol: 'tcp' | 'udp' } | undefined {
    const [number = '', protocol = 'tcp', ...more] = text.split('/');
    const parsed = port.parse(number);
    if (parsed === undefined || more.length > 0 || (protocol !== 'tcp' && protocol !== 'udp')) return undefined;
    return { containerPort: parsed, protocol };
  },
};
