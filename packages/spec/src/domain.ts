import { z } from 'zod';
import { DomainRoute } from './app-route.ts';
import { HostCertificate } from './certificate.ts';

export const Domain = z
  .strictObject({ ...DomainRoute.shape, certificate: HostCertificate })
  .meta({ id: 'Domain', description: 'A domain of an app, and how it stands about https.' });

export type Domain = z.output<typeof Domain>;
