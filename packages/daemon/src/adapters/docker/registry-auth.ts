import type { RegistryCredential } from '../../ports/engine.ts';

/** The header that hands a credential to the engine for one call; it is never stored there. */
export function renderRegistryAuth(credential: RegistryCredential | undefined): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  const { registry, username, password } = credential;
  // Padded, unlike most base64url: older engines refuse it otherwise.
  const text = Buffer.from(JSON.stringify({ username, password, serveraddress: registry })).toString('base64');
  return { 'x-registry-auth': text.replaceAll('+', '-').replaceAll('/', '_') };
}
