/** Texts that are not what they look like: encodings, line ends, invisible and similar letters, other languages. */
import { gzipSync } from 'node:zlib'
import { family, HOLD, PROGRAM } from './description.ts'

const LINE = `include : ${PROGRAM} encodings |`
const TEXT = `${LINE}\nqueue\n`
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
const utf32 = (text: string) => Buffer.from([...text].flatMap((c) => [c.charCodeAt(0), 0, 0, 0]))
const latin1 = (text: string) => Buffer.from(text, 'latin1')

const whole: Buffer[] = [
  Buffer.from(TEXT, 'utf16le'),
  Buffer.from(`\ufeff${TEXT}`, 'utf16le'),
  utf16be(TEXT),
  utf16be(`\ufeff${TEXT}`),
  utf32(TEXT),
  Buffer.from(`\ufeff${TEXT}`),
  Buffer.from(`# x\n\ufeff${TEXT}`),
  Buffer.from(TEXT.replaceAll('i', '+AGk-')),
  Buffer.from(encodeURIComponent(TEXT)),
  gzipSync(TEXT),
  Buffer.from(Buffer.from(TEXT).map((byte) => byte ^ 0x40)),
  Buffer.from(Buffer.from(TEXT).map((byte) => (byte > 0x60 ? byte | 0x80 : byte))),
  Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 251)),
  Buffer.alloc(0),
  Buffer.alloc(1000),
  Buffer.alloc(1000, '\n'),
  Buffer.alloc(1000, '\\'),
]

/** A NUL ends a line for one reader and not for another. */
const nul = [
  `\0${TEXT}`,
  `x\0\n${TEXT}`,
  `x = a\0${TEXT}`,
  `x = a\0\n${TEXT}`,
  `incl\0ude : ${PROGRAM} nul |\nqueue\n`,
  `include : ${PROGRAM} nul |\0 not\nqueue\n`,
  `C = ${PROGRAM} nul |\0\ninclude : $(C)\nqueue\n`,
  `${HOLD}\nuniverse = local\0vanilla\nqueue\n`,
  `${HOLD}\nuniverse = vanilla\0\nuniverse = local\nqueue\n`,
  `${HOLD}\nqueue\0 x from ${PROGRAM} nul |\n`,
  `${HOLD}\nqueue x from ${PROGRAM} nul |\0\n`,
].map(latin1)

const lines = ['\r', '\r\n', '\v', '\f', '\x85', '\xa0', '\x1a', '\x08']
  .flatMap((end) => [`x = a${end}${LINE}${end}queue${end}`, `${end}${TEXT}`])
  .map(latin1)

const letters = [
  `x = a\u2028${LINE}\u2028queue\n`,
  `x = a\u0085${TEXT}`,
  `\u00a0${TEXT}`,
  `\u200b${TEXT}`,
  `\u202e${TEXT}`,
  TEXT.replace('include', 'іnclude'),
  TEXT.replace('include', 'ｉｎｃｌｕｄｅ'),
  TEXT.replace('include', 'ınclude'),
  TEXT.replace('include', 'INCLUDE'.replace('I', 'İ')),
  TEXT.replace(':', '：'),
  TEXT.replace('|', '｜'),
  TEXT.replace('queue', 'ｑｕｅｕｅ'),
  `${HOLD}\nuniverse = ｌｏｃａｌ\nqueue\n`,
  `${HOLD}\nunıverse = local\nqueue\n`,
  `${HOLD}\n+JobUnıverse = 12\nqueue\n`,
  `${HOLD}\n+Owner\u200b = "bob"\nqueue\n`,
  `${HOLD}\nbatch_name = \u202egnp.exe \u0007 <script>alert(1)</script> ]]>\nqueue\n`,
].map((text) => Buffer.from(text))

/** Overlong and broken UTF-8. */
const broken = [
  [0xc0, 0xaf],
  [0xc0, 0x8a],
  [0xe0, 0x80, 0x8a],
  [0xed, 0xa0, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xff, 0xfe],
  [0x80],
].map((bytes) =>
  Buffer.concat([
    latin1(`${HOLD}\n+X = "`),
    Buffer.from(bytes),
    latin1(`"\nbatch_name = `),
    Buffer.from(bytes),
    latin1('\nqueue\n'),
  ]),
)

const languages = [
  `#!/bin/sh\n${PROGRAM} shell\n`,
  `#!${PROGRAM}\nqueue\n`,
  '<html><script>include</script></html>\nqueue\n',
  '{"executable": "/bin/true", "queue": 1}\n',
  `import os\nos.system("${PROGRAM} python")\nqueue\n`,
  `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///home/bob/secret">]><x>&e;</x>\nqueue\n`,
  `$(${PROGRAM} shell)\n\`${PROGRAM} shell\`\n; ${PROGRAM} shell\nqueue\n`,
  `${HOLD}\narguments = $(${PROGRAM} shell) ; ${PROGRAM} x | ${PROGRAM} & \`${PROGRAM}\`\nqueue\n`,
  `${HOLD}\nx = 1\nqueue\n${LINE}\n`,
  `${HOLD}\nqueue\n)\n${TEXT}`,
  `${HOLD}\nqueue x from (\na\n) ${LINE}\n${TEXT}`,
  `${HOLD}\nqueue x from (a\n)\n${TEXT}`,
  `x @=end\n@end x\n${TEXT}@end\nqueue\n`,
  `x @=end\n @END\n${TEXT}@end\nqueue\n`,
].map((text) => Buffer.from(text))

export const encodings = family('encodings', [
  ...whole,
  ...nul,
  ...lines,
  ...letters,
  ...broken,
  ...languages,
])
