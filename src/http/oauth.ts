import { Router } from 'express';
import { z } from 'zod';
import type { App } from '../services/app.ts';
import { finishInstall } from '../services/connect.ts';
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
        .send(page(text, request.acceptsLanguages('de', 'en') === 'de' ? 'de' : 'en'));
    };
    const parsed = query.safeParse(request.query);
    const known = app.crms.has(request.params.connector);
    if (!parsed.success || !known) {
      show(400, request.query.error === 'access_denied' ? DECLINED : INCOMPLETE);
      return;
    }
    const result = await finishInstall(app, request.params.connector, parsed.data);
    if (result.outcome === 'connected') show(200, CONNECTED);
    else show(result.outcome === 'taken' ? 409 : 400, result.outcome === 'taken' ? TAKEN : EXPIRED);
  });
  return router;
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
