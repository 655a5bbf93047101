import type { Dialect, DialectParts } from '../../dialect-kit/dialect.ts';
import { addServiceRoutes } from './service-api.ts';
import { readServiceFile, ServiceFile } from './service-file.ts';
import { Services, type ServicesSettings } from './services.ts';

export interface GenisysSettings extends ServicesSettings {
  readonly serviceFile?: string | undefined;
}

/** The Genisys connector for Docker. What it calls a service is an app. */
export function createGenisysDialect({ settings, context, log }: DialectParts<GenisysSettings>): Dialect {
  const services = new Services(context, settings);
  const file = new ServiceFile(services, { clock: context.clock, log });
  return {
    addRoutes: (scope) => addServiceRoutes(scope, services),
    async start() {
      const { serviceFile } = settings;
      if (serviceFile === undefined) return;
      file
        .apply(readServiceFile(serviceFile, log))
        .catch((error: unknown) => log('error', `the service file is not applied: ${String(error)}`));
    },
    stop: () => file.stop(),
  };
}
