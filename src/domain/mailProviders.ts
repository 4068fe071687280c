/** Rules of mail providers, as their own help pages state them, and what their domains say about an address. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Two names of one provider, and dots in the user part mean nothing there (support.google.com/mail/answer/7436150). */
const GMAIL = words('gmail.com googlemail.com');

/** They deliver user+anything to user. */
const PLUS_TAGS = words(`
  gmail.com googlemail.com outlook.com outlook.de hotmail.com hotmail.de live.com live.de msn.com icloud.com me.com mac.com
  fastmail.com fastmail.fm proton.me protonmail.com protonmail.ch pm.me posteo.de posteo.net mailbox.org zoho.com
  yandex.com yandex.ru hey.com runbox.com startmail.com tutanota.com tuta.io`);

/** Anybody can have an address there: the domain says nothing about an employer or a website. */
const FREE = words(`
  gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.de hotmail.co.uk hotmail.fr live.com
  live.de live.co.uk msn.com icloud.com me.com mac.com yahoo.com yahoo.de yahoo.co.uk yahoo.fr ymail.com rocketmail.com
  aol.com aol.de gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.org web.de t-online.de freenet.de arcor.de vodafone.de
  vodafonemail.de online.de 1und1.de email.de mail.de mail.com mailbox.org posteo.de posteo.net posteo.at posteo.ch
  proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com tutamail.com fastmail.com
  fastmail.fm hey.com zoho.com yandex.com yandex.ru mail.ru bk.ru inbox.ru list.ru rambler.ru bluewin.ch hispeed.ch
  sunrise.ch chello.at a1.net aon.at utanet.at orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it
  tiscali.it alice.it telefonica.net terra.es btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net comcast.net
  verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com sympatico.ca
  bigpond.com optusnet.com.au kpnmail.nl ziggo.nl xs4all.nl planet.nl hetnet.nl telenet.be skynet.be wp.pl o2.pl onet.pl
  interia.pl seznam.cz centrum.cz email.cz qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net rediffmail.com
  uol.com.br bol.com.br netcologne.de ewetel.net kabelmail.de unitybox.de gmx.eu mein.gmx magenta.de systemli.org
  riseup.net disroot.org runbox.com startmail.com`);

/** Read by nobody in particular, and gone in an hour. */
const DISPOSABLE = words(`
  mailinator.com guerrillamail.com guerrillamail.de guerrillamail.net guerrillamail.org sharklasers.com grr.la
  10minutemail.com 10minutemail.net tempmail.com temp-mail.org temp-mail.io tempmail.net tempail.com throwawaymail.com
  trashmail.com trashmail.de trashmail.net trash-mail.com trash-mail.de wegwerfmail.de wegwerfemail.de wegwerfmail.net
  spambog.com spambog.de spamgourmet.com yopmail.com yopmail.fr yopmail.net maildrop.cc getnada.com mailnesia.com
  mintemail.com mohmal.com dispostable.com discard.email discardmail.com discardmail.de fakeinbox.com emailondeck.com
  byom.de muellmail.com mailcatch.com mytrashmail.com jetable.org anonbox.net einrot.com cuvox.de dayrep.com fleckens.hu
  gustr.com jourrapide.com rhyta.com superrito.com teleworm.us armyspy.com burnermail.io 33mail.com moakt.com
  inboxkitten.com minuteinbox.com tmail.ws temp-mail.ru tempr.email luxusmail.org mail-temp.com mailpoof.com`);

/** Functions of a company rather than persons. */
const ROLES = words(`
  abuse accounting accounts admin administration administrator anfrage anfragen anmeldung assistenz ausbildung
  bestellung bestellungen bewerbung bewerbungen billing bot buchhaltung buero buro büro careers chefredaktion contact
  compliance customerservice datenschutz dispo donotreply einkauf empfang events feedback finance finanzen
  geschaeftsfuehrung geschaeftsstelle gf hallo hello help helpdesk hey hilfe hostmaster hr impressum info information
  infos inquiries it jobs kanzlei karriere kasse kommunikation kontakt kundendienst kundenservice leserbriefe leserservice
  legal lokalredaktion mail mailbox mailerdaemon marketing media mitglieder moin newsletter newsroom noreply office online
  onlineredaktion order orders personal post postfach poststelle postmaster praxis press presse pressestelle pressoffice
  privacy projekte recruiting redaktion rechnung rechnungen reception rezeption root sales schule secretary security
  sekretariat service shop spenden studio subscribe support team technik termine ticket tickets umfrage unsubscribe
  veranstaltungen verein verkauf versand vertrieb vorstand vorzimmer web webmaster welcome werbung zentrale`);

/** Lower-case user parts and domains, without a tag. */
export const isFreeMail = (domain: string) => FREE.has(domain);
export const isDisposableMail = (domain: string) => DISPOSABLE.has(domain);
export const hasPlusTags = (domain: string) => PLUS_TAGS.has(domain);

/** info, no-reply, info24, presse.team: every word of it is a function. */
export function isRoleUser(user: string): boolean {
  const parts = user.split(/[-_.\d]+/).filter(Boolean);
  return parts.length > 0 && (parts.every((part) => ROLES.has(part)) || ROLES.has(parts.join('')));
}

/** The one spelling of a mailbox among those that its provider delivers to the same place. */
export function mailboxOf(user: string, domain: string): string {
  if (!GMAIL.has(domain)) return `${user}@${domain}`;
  return `${user.replaceAll('.', '')}@gmail.com`;
}
