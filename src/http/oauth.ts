import { Router } from 'express';
import { z } from 'zod';
import { ConnectorError } from '../contract/errors.ts';
import type { App } from '../services/app.ts';
import { finishInstall, type InstallOutcome } from '../services/connect.ts';
import { page, type PageText } from './page.ts';

const query = z.object({
  state: z.string().min(20).max(200),
  code: z.string().min(1).max(4_000),
});

/** Where an admin comes back from the vendor's consent page. A page for people, in their language. */
export function oauthRoutes(app: App): Router {
  const router = Router({ caseSensitive: true });
  router.get('/:connector/callback', async (request, response) => {
    const show = (status: number, text: PageText) => {
      response
        .status(status)
        .type('html')
        .send(page(text, request.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en'));
    };
    const parsed = query.safeParse(request.query);
    const known = app.crms.has(request.params.connector);
    if (!parsed.success || !known) {
      show(400, request.query.error === 'access_denied' ? DECLINED : INCOMPLETE);
      return;
    }
    const { connector } = request.params;
    const { status, text } = await finishInstall(app, connector, parsed.data).then(
      ({ outcome }) => ENDINGS[outcome],
      (error: unknown) => endingOf(app, connector, error),
    );
    show(status, text);
  });
  return router;
}

interface Ending {
  readonly status: number;
  readonly text: PageText;
}

/** A vendor that does not give us the access is told to the admin; the operator finds the cause in the log. */
function endingOf(app: App, connector: string, error: unknown): Ending {
  if (!(error instanceof ConnectorError)) throw error;
  const { code } = error.failure;
  // A code that was used or is too old: for the admin the same as a state that is.
  if (code === 'REJECTED') return ENDINGS.unknown_state;
  app.logger.error(
    { event: 'install_failed', crm: connector, reason: code, error },
    'a vendor did not trade the code of an installation',
  );
  return { status: 502, text: FAILED };
}

const CONNECTED: PageText = {
  en: ['Connected', 'Your contacts are being read now. You can close this page.'],
  de: ['Verbunden', 'Ihre Kontakte werden jetzt gelesen. Sie können diese Seite schließen.'],
};
const DECLINED: PageText = {
  en: ['Not connected', 'You did not grant access. Nothing was changed.'],
  de: ['Nicht verbunden', 'Sie haben den Zugriff nicht erteilt. Nichts wurde verändert.'],
};
const INCOMPLETE: PageText = {
  en: ['Not connected', 'The address is incomplete. Start the installation again from Echofile.'],
  de: [
    'Nicht verbunden',
    'Die Adresse ist unvollständig. Beginnen Sie die Installation in Echofile noch einmal.',
  ],
};
const EXPIRED: PageText = {
  en: [
    'Not connected',
    'This installation was begun more than ten minutes ago or is finished already. Start it again from Echofile.',
  ],
  de: [
    'Nicht verbunden',
    'Diese Installation wurde vor über zehn Minuten begonnen oder ist schon abgeschlossen. Beginnen Sie sie in Echofile noch einmal.',
  ],
};
const TAKEN: PageText = {
  en: [
    'Not connected',
    'This CRM is connected with another workspace already. Disconnect it there first.',
  ],
  de: [
    'Nicht verbunden',
    'Dieses CRM ist schon mit einem anderen Arbeitsbereich verbunden. Trennen Sie es zuerst dort.',
  ],
};
const FAILED: PageText = {
  en: [
    'Not connected',
    'The CRM did not hand over the access. Try again in a minute; if it stays like this, ask whoever runs Echofile.',
  ],
  de: [
    'Nicht verbunden',
    'Das CRM hat den Zugriff nicht übergeben. Versuchen Sie es in einer Minute noch einmal; bleibt es dabei, fragen Sie den Betreiber von Echofile.',
  ],
};

const ENDINGS: Readonly<Record<InstallOutcome['outcome'], Ending>> = {
  connected: { status: 200, text: CONNECTED },
  unknown_state: { status: 400, text: EXPIRED },
  taken: { status: 409, text: TAKEN },
};
