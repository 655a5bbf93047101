import { z } from 'zod';
import { Credential, Token, User } from './access.ts';
import { App } from './app.ts';
import { Certificate } from './certificate.ts';
import { Domain } from './domain.ts';
import { Engine } from './engine.ts';
import { Event } from './event.ts';
import { Image } from './image.ts';
import { ImageRequest } from './image-request.ts';
import { Instance } from './instance.ts';
import { Operation } from './operation.ts';
import { PastRequest } from './past-request.ts';
import { Release } from './release.ts';
import { Route } from './route.ts';
import { Spawn, Template } from './spawn.ts';
import { InstanceStats } from './stats.ts';
import { Upload } from './upload.ts';
import { UptimeRecord } from './uptime.ts';

/** Every list is a page: `next` is the cursor to go on with, null when this is all. */
function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  const next = z.string().nullable().describe('Give it as `cursor` to read on; null on the last page.');
  return z.strictObject({ items: z.array(item), next }).meta({ id });
}

export const AppPage = pageOf(App, 'AppPage');
export const InstancePage = pageOf(Instance, 'InstancePage');
export const ReleasePage = pageOf(Release, 'ReleasePage');
export const DomainPage = pageOf(Domain, 'DomainPage');
export const StatsPage = pageOf(InstanceStats, 'StatsPage');
export const UptimeRecordPage = pageOf(UptimeRecord, 'UptimeRecordPage');
export const OperationPage = pageOf(Operation, 'OperationPage');
export const EventPage = pageOf(Event, 'EventPage');
export const EnginePage = pageOf(Engine, 'EnginePage');
export const ImagePage = pageOf(Image, 'ImagePage');
export const ImageRequestPage = pageOf(ImageRequest, 'ImageRequestPage');
export const RoutePage = pageOf(Route, 'RoutePage');
export const UserPage = pageOf(User, 'UserPage');
export const TokenPage = pageOf(Token, 'TokenPage');
export const CertificatePage = pageOf(Certificate, 'CertificatePage');
export const CredentialPage = pageOf(Credential, 'CredentialPage');
export const TemplatePage = pageOf(Template, 'TemplatePage');
export const SpawnPage = pageOf(Spawn, 'SpawnPage');
export const UploadPage = pageOf(Upload, 'UploadPage');
export const PastRequestPage = pageOf(PastRequest, 'PastRequestPage');
