import { describe, expect, test } from '@jest/globals';
import { decodeBytes, htmlToText } from '../../src/platform/text/html.ts';
import { findRelMe } from '../../src/platform/text/relMe.ts';
import { workOf } from '../fixtures/work.ts';

describe('htmlToText', () => {
  test.each([
    ['<p>Eins</p>\n<p>Zwei<br />\nDrei</p>', 'Eins\n\nZwei\nDrei'],
    ['a<br><br><br><br>b', 'a\n\nb'],
    ['<ul><li>eins</li><li>zwei</li></ul>danach', '- eins\n- zwei\n\ndanach'],
    ['M&uuml;nster &amp; K&#246;ln &lt;b&gt;', 'Münster & Köln <b>'],
    ['  viel \n\t Luft  ', 'viel Luft'],
    ['Das ist <b>wich</b>tig', 'Das ist wichtig'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['Gut <img src="x.png" alt="🙂" class="wp-smiley"> oder', 'Gut 🙂 oder'],
    ['10&nbsp;&nbsp;Euro', '10 Euro'],
    ['nur Text', 'nur Text'],
    ['', ''],
    ['5 < 6 und 7 > 3', '5 < 6 und 7 > 3'],
  ])('%j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  test.each([
    ['<a href="https://a.example/x">https://a.example/x</a>', 'https://a.example/x'],
    ['<a href="https://a.example/">a.example</a>', 'a.example'],
    ['<a href="https://a.example/lang/er">a.example/lang…</a>', 'a.example/lang…'],
    ['<a href="https://a.example/x">hier</a>', 'hier (https://a.example/x)'],
    ['<a href="javascript:alert(1)">hier</a>', 'hier'],
    ['<a href="data:text/html,x">hier</a>', 'hier'],
    ['<a href="/lokal">hier</a>', 'hier'],
    ['<a>hier</a>', 'hier'],
    // The text names one place, the link leads to another.
    ['<a href="https://evil.example/">bank.example</a>', 'bank.example (https://evil.example/)'],
  ])('link %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  test.each([
    ['a<script>alert(1)</script>b', 'ab'],
    ['a<SCRIPT src=x></SCRIPT>b', 'ab'],
    ['a<style>p{}</style>b', 'ab'],
    ['a<svg><script>alert(1)</script><text>x</text></svg>b', 'ab'],
    ['a<iframe src="javascript:alert(1)">x</iframe>b', 'ab'],
    ['a<!-- <b>x</b> -->b', 'ab'],
    ['<img src=x onerror=alert(1)>b', 'b'],
    ['<p onclick="alert(1)">b</p>', 'b'],
    ['a<script>x', 'a'],
    ['a\u0000\u0008b\ud800c', 'ab\ufffdc'],
  ])('drops what nobody wrote: %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  const hostile: Readonly<Record<string, string>> = {
    'deep nesting': '<div>'.repeat(200_000),
    'deep nesting and wrong ends': '<b>'.repeat(150_000) + '</i>'.repeat(150_000),
    'deep anchors': '<a href="https://a.example">x'.repeat(30_000) + '</a>'.repeat(30_000),
    'open tags without end': '<a '.repeat(300_000),
    'open comments': '<!--'.repeat(250_000),
    'open attributes': `<a href="${'x'.repeat(900_000)}`,
    'many attributes': `<a ${'b=c '.repeat(250_000)}>`,
    'white space': ' '.repeat(1_000_000),
    'line breaks': '<br>'.repeat(250_000),
    entities: '&amp;'.repeat(200_000),
    'broken entities': '&'.repeat(1_000_000),
    'open scripts': '<script>'.repeat(125_000),
    'ends without starts': '</p>'.repeat(250_000),
  };

  test.each(Object.keys(hostile))('a megabyte of %s takes bounded time', (name) => {
    expect(workOf(() => htmlToText(hostile[name] ?? ''))).toBeLessThan(5000);
    expect(workOf(() => findRelMe(hostile[name] ?? '', 'https://a.example/'))).toBeLessThan(5000);
  });

  test('text after hostile depth is still read', () => {
    expect(htmlToText('<b>'.repeat(1000) + 'noch da')).toBe('noch da');
  });
});

describe('decodeBytes', () => {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

  test.each<[string, Uint8Array, string | undefined, string]>([
    ['plain UTF-8', Buffer.from('Köln'), undefined, 'Köln'],
    ['a mark', Buffer.from('\ufeffKöln'), 'text/xml; charset=iso-8859-1', 'Köln'],
    ['UTF-16 with a mark', Buffer.from('\ufeffKöln', 'utf16le'), undefined, 'Köln'],
    ['UTF-16 BE with a mark', utf16be('\ufeffKöln'), undefined, 'Köln'],
    ['UTF-16 without a mark', Buffer.from('<a>Köln', 'utf16le'), undefined, '<a>Köln'],
    ['HTTP charset', latin('Köln'), 'text/html; charset=ISO-8859-1', 'Köln'],
    ['quoted HTTP charset', latin('Köln'), 'text/html; charset="latin1"', 'Köln'],
    ['the euro of windows-1252', Buffer.from([0x80]), 'text/html; charset=iso-8859-1', '€'],
    ['no charset, old bytes', latin('Köln, München'), undefined, 'Köln, München'],
    ['a false HTTP charset', latin('Köln'), 'text/html; charset=utf-8', 'Köln'],
    ['an unknown charset', Buffer.from('Köln'), 'text/html; charset=klingon', 'Köln'],
    [
      'UTF-7 is not read',
      Buffer.from('+ADw-script+AD4-'),
      'text/html; charset=utf-7',
      '+ADw-script+AD4-',
    ],
    ['base64 is no charset', Buffer.from('Köln'), 'text/html; charset=base64', 'Köln'],
    ['other alphabets', Buffer.from([0xcb, 0xc5, 0xcc, 0xce]), 'text/html; charset=koi8-r', 'келн'],
    ['nothing', new Uint8Array(), undefined, ''],
  ])('%s', (_name, bytes, contentType, text) => {
    expect(decodeBytes(bytes, contentType)).toBe(text);
  });

  test('an XML declaration outranks HTTP, a false one does not stand', () => {
    const xml = (charset: string, bytes: Buffer) =>
      Buffer.concat([Buffer.from(`<?xml version="1.0" encoding="${charset}"?>`), bytes]);
    expect(decodeBytes(xml('iso-8859-1', latin('Köln')), 'text/xml; charset=utf-8')).toMatch(
      /Köln$/,
    );
    expect(decodeBytes(xml('utf-8', latin('Köln')), 'text/xml')).toMatch(/Köln$/);
    expect(decodeBytes(xml('utf-16', Buffer.from('Köln')), 'text/xml')).toMatch(/Köln$/);
    expect(decodeBytes(xml('klingon', Buffer.from('Köln')), undefined)).toMatch(/Köln$/);
  });

  test('a meta element is read', () => {
    const page = latin('<html><head><meta charset=windows-1252></head>Köln');
    expect(decodeBytes(page, 'text/html')).toMatch(/Köln$/);
    const old = latin(
      '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">Köln',
    );
    expect(decodeBytes(old, undefined)).toMatch(/Köln$/);
  });

  test('one broken byte costs one letter', () => {
    const bytes = Buffer.concat([Buffer.from('Köln und Münster '), Buffer.from([0xff])]);
    expect(decodeBytes(bytes, undefined)).toBe('Köln und Münster \ufffd');
  });

  test('hostile heads take bounded time', () => {
    const bytes = Buffer.from('<meta '.repeat(150_000));
    expect(workOf(() => decodeBytes(bytes, 'text/html; ' + 'charset '.repeat(2000)))).toBeLessThan(
      500,
    );
  });
});

describe('findRelMe', () => {
  const page = (body: string) => findRelMe(body, 'https://anna.example/ueber/');

  test.each<[string, readonly string[]]>([
    ['<a rel="me" href="https://b.example/@anna">b</a>', ['https://b.example/@anna']],
    ['<link rel="me" href="https://b.example/@anna">', ['https://b.example/@anna']],
    ['<a rel="nofollow ME noopener" href="https://b.example/">b</a>', ['https://b.example/']],
    ['<A REL=me HREF=https://b.example/>b</A>', ['https://b.example/']],
    ['<a rel="me" href="../kontakt">b</a>', ['https://anna.example/kontakt']],
    ['<base href="https://c.example/x/"><a rel=me href="y">b</a>', ['https://c.example/x/y']],
    ['<a rel=me href="//b.example/">b</a>', ['https://b.example/']],
    ['<a rel=me href="https://b.example/?a=1&amp;b=2">b</a>', ['https://b.example/?a=1&b=2']],
    ['<a rel=me href=/a>1</a><a rel=me href=/a>2</a>', ['https://anna.example/a']],
    ['<a rel="meme" href="https://b.example/">b</a>', []],
    ['<a rel="not-me" href="https://b.example/">b</a>', []],
    ['<a class="me" href="https://b.example/">b</a>', []],
    ['<a rel="me">b</a>', []],
    ['<area rel="me" href="https://b.example/">', []],
    ['<a rel=me href="javascript:alert(1)">b</a>', []],
    ['<a rel=me href="mailto:anna@b.example">b</a>', []],
    ['<a rel=me href="http://[">b</a>', []],
    ['<!-- <a rel="me" href="https://b.example/">b</a> -->', []],
    ['<script>"<a rel=me href=https://b.example/>"</script>', []],
    ['<template><a rel=me href=https://b.example/></a></template>', []],
    ['<textarea><a rel=me href=https://b.example/></a></textarea>', []],
    ['<title><a rel=me href=https://b.example/></a></title>', []],
    ['', []],
  ])('%s', (html, found) => {
    expect(page(html)).toEqual(found);
  });
});
