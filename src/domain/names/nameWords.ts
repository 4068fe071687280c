/** Words around names, in the spelling of `wordKey`: lower case, umlauts dropped, no signs. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Before a name, never part of it. */
export const TITLES = words(`
  prof professor professorin profin pd priv doz dr drin doktor med dent vet phil rer nat jur iur ing oec pol theol paed
  habil hc mult dipl dipling diplkfm diplinf diplpsych diplvw diplkffr diplpad mag magister msc bsc mag
  sir dame lord lady mr mrs ms miss mx herr frau hr fr monsieur madame mme signor signora senor senora
  rev reverend father pfarrer pfarrerin bischof bishop sen senator senatorin rep representative congressman congresswoman
  congressmember delegate gov governor mayor minister ministerin bundesminister bundesministerin staatssekretar
  staatssekretarin burgermeister burgermeisterin oberburgermeister oberburgermeisterin president prasident prasidentin
  kanzler kanzlerin capt captain col colonel lt sgt gen hon honorable coach`);

/** With a single word after it, that word is the given name: Sir Patrick. */
export const TITLES_BEFORE_GIVEN = words('sir dame lord lady miss');

/** After a name. Kept, as some tell father from son. */
export const SUFFIXES = words(`
  jr junior jun sr senior sen ii iii iv mdb mdl mda mdep mdbb mep phd esq obe cbe mbe kbe frs kc qc msp tds
  mba msc bsc llm llb ad rn cpa pmp mdr`);

/** As SUFFIXES, but only in capitals or with dots, and only after two other words: Ma and Do are families. */
export const SUFFIXES_IN_CAPITALS = words(
  'ma md mp ba bs ms jd dds dvm do pe msw ed edd ceo cto cfo',
);

export const GENERATIONS: ReadonlyMap<string, string> = new Map([
  ['jr', 'jr'],
  ['jun', 'jr'],
  ['junior', 'jr'],
  ['sr', 'sr'],
  ['sen', 'sr'],
  ['senior', 'sr'],
  ['ii', 'ii'],
  ['iii', 'iii'],
  ['iv', 'iv'],
]);

export const PARTICLES = words(`
  von vom van zu zum zur vd der den de del della dell degli dei di da dal das do dos du des la le les lo af av ter ten te
  op auf am im
  graf grafin freiherr freifrau frhr baron baronin baronesse prinz prinzessin furst furstin ritter edler edle herzog
  herzogin`);

/** Given names, too, when they begin with a capital. */
export const PARTICLES_IN_LOWER_CASE = words(
  'ben bin ibn bint al el abu mac do am im op auf te lo',
);

/** Between particles, or between the two families of a Spanish name. */
export const JOINERS = words('und y i e');

export const PRONOUNS = words(`
  she her hers he him his they them theirs ze zir xe xem it its any all er ihm ihn sie ihr xier dey deren hen elle ella
  el lui iel`);

export const ARTICLES = words('the die der das les');

/** From here on it is where the person works: Max at ARD. */
export const AFFILIATIONS = words('at bei from aus chez');

/** They stand at the end of an organisation's name, or before another of them. */
export const LEGAL_FORMS = words(`
  gmbh ggmbh mbh ag kg kgaa ohg gbr ug se eg ev inc incorporated ltd limited llc llp lp plc corp corporation co sarl sas
  srl spa bv nv oy aps sro pty cie`);

/** They are families, too: only in capitals, with a dot, or after another legal form. */
export const LEGAL_FORMS_IN_CAPITALS = words('ag kg ug se eg ev co lp sas spa nv oy');

export const ORGANISATION_WORDS = words(`
  verlag redaktion foundation stiftung team institut institute instituts universitat university hochschule fachhochschule
  akademie academy college school schule verein verband ministerium ministry bundesamt landesamt amt stadt gemeinde
  landkreis museum theater theatre agentur agency news nachrichten zeitung magazin magazine radio tv fm bank sparkasse
  volksbank group gruppe holding studio studios shop store onlineshop service services kundenservice support official
  offiziell press presse pressestelle pressesprecher media medien kanzlei praxis klinik klinikum hospital hotel restaurant
  cafe gesellschaft association society council committee fraktion partei party gewerkschaft union club fc sv tsv podcast
  projekt project labs lab software systems technologies solutions consulting partners partner company companies
  international network netzwerk initiative bundnis zentrum center centre bibliothek library office department redaktionen
  buro sekretariat einkauf vertrieb werke community forum blog newsletter kirche church orchester orchestra festival airlines energy`);

/** They are families, too: after a known given name they name nobody's firm. */
export const ORGANISATION_OR_FAMILY = words(
  'press bank store post club partner church lab amt stadt college shop service union school schule klinik',
);

export const ORGANISATION_ENDINGS: readonly string[] = (
  'verlag verband verein gesellschaft ministerium stiftung werke zeitung redaktion agentur universitat institut ' +
  'akademie gewerkschaft handlung sparkasse presseteam'
).split(' ');

/** Endings of a site's name that stands where a person's should: spiegel.de. */
export const SITE_ENDINGS = words(
  'de com org net eu at ch io social info app dev blog tv news uk fr it nl us co',
);

/** Chinese families of two characters; all others have one. */
export const DOUBLE_FAMILIES = new Set(
  '欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 夏侯 皇甫 尉迟 尉遲 公孙 公孫 令狐 慕容 남궁 제갈 황보 선우'.split(
    ' ',
  ),
);
