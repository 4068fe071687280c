/** Words in the order of their frequency, so that the first is drawn most often. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const GIVEN = words(`
  Michael Thomas Andreas Peter Stefan Christian Martin Daniel Markus Sabine Susanne Petra Monika Claudia Birgit Andrea Anna
  Julia Sarah Laura Lena Katharina Johannes Alexander Tobias Sebastian Florian Matthias Jürgen Wolfgang Klaus Hans Karl Uwe
  Frank Jens Dirk Ralf Bernd Gerhard Heike Martina Karin Ute Renate Ursula Ingrid Helga Gisela Hannah Emma Mia Sophie Marie
  James John Robert David William Richard Joseph Mark Paul Steven Andrew Kevin Brian George Edward Mary Patricia Jennifer
  Linda Elizabeth Barbara Susan Jessica Karen Nancy Lisa Margaret Emily Ashley Kimberly Oliver Harry Jack Amelia Olivia Grace
  Ahmet Mehmet Ayşe Fatma Emre Elif Piotr Małgorzata Agnieszka Tomasz Sergej Olga Ivan Maria José Carmen Luca Giulia Søren`);

const FAMILY = words(`
  Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder
  Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze
  Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel
  Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter
  Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Dietrich
  Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Moore Jackson White Harris Clark Lewis
  Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips
  Campbell Parker Evans Edwards Collins Stewart Morris Murphy Cook Rogers Bennett Cooper Reed Bailey Bell Yılmaz Kaya Demir
  Şahin Nowak Kowalski Wiśniewska Ivanov Petrova Hansen Nielsen Rossi`);

const STARTS = words(
  'Al Bal Ber Bir Bran Dor Eb Ecken Fal Feld Gol Grün Hal Ham Heid Hol Kal Kirch Kol Lam Lin Mar Mit Nord Ober Pap Ram Reh Rod Sal Sand Stei Tan Thal Ul Wal Wes Wie Zel Zim',
);
const MIDDLES = words('b ber d den der er es f g gen h hol k l len m n p r s sch st t ten w');
const ENDS = words(
  'ach auer bach baum beck berg brink burg dorf feld ing heim hof horst ke kamp le ler mann meier ner rath ski son stein thal wald werth',
);

/** By Zipf's law, cut off: the first of a hundred words is drawn about twenty times as often as the hundredth. */
function drawn(list: readonly string[], random: () => number): string {
  const at = Math.floor(list.length ** random() * 1.02) - 1;
  return list[Math.min(list.length - 1, Math.max(0, at))] ?? '';
}

const any = (list: readonly string[], random: () => number) =>
  list[Math.floor(random() * list.length)] ?? '';

export interface Named {
  readonly given: string;
  readonly family: string;
}

/** A third of all people bear one of the common family names; the others one of some 40,000. */
export function nameOf(random: () => number): Named {
  const given = drawn(GIVEN, random);
  const rare = () => `${any(STARTS, random)}${any(MIDDLES, random)}${any(ENDS, random)}`;
  return { given, family: random() < 0.35 ? drawn(FAMILY, random) : rare() };
}
