import { ShortName } from '@berth/spec/name';
import { isProblem } from '@berth/spec/problem';
import { TemplateRequest } from '@berth/spec/spawn';
import { z } from 'zod';
import { requireUsable } from '../core/template.ts';

/** Templates of the settings, checked as those of the API are. */
export const TemplateSettings = z
  .record(ShortName, TemplateRequest)
  .default({})
  .superRefine((templates, context) => {
    for (const [name, request] of Object.entries(templates)) {
      const message = complaint(() => requireUsable({ name, ...request }));
      if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .describe('What apps can be spawned from, as `PUT /v1/templates/{name}` takes it; these cannot be changed there.');

function complaint(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error.message;
  }
}
