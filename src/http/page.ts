/** Title and sentence, by language. */
export type PageText = Readonly<Record<'de' | 'en', readonly [title: string, text: string]>>;

/** A page that says one thing. All of its text is ours. */
export function page(text: PageText, language: 'de' | 'en'): string {
  const [title, sentence] = text[language];
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Echofile: ${title}</title>
<style>
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1rem; color: #1d2733 }
  h1 { font-size: 1.6rem }
  @media (prefers-color-scheme: dark) { body { background: #14181d; color: #e4e9ee } }
</style>
<h1>${title}</h1>
<p>${sentence}</p>
</html>
`;
}
