/** Custom attributes: every kind of value that the ClassAd language has, and texts that look like something else. */
import { benign, utf8 } from './description.ts'

const VALUES = [
  '1', '-7', '0', '9223372036854775807', '1.5', '-0.25', '1e10', '2.5E-3', 'true', 'FALSE', 'undefined', 'error',
  '"text"', '""', '" "', '"  blanks  "', '"a,b,c"', '"a\tb"', '"a#b;c"', '"it\'s"', '"say \\"hi\\""', '"back\\\\slash"', '"a\\b"', '"C:\\dir"',
  '"$"', '"a$b"', '"$$"', '"$$$"', '"a$$b"', '"x$"', '"$(DOLLAR)(HOME)"', '"$$(Memory)"', '"$1"', '"${x}"', '"$$x"', '"$-$"', '"$()"',
  `"${utf8('é 日本 ☃')}"`, '"caf\xe9\xff"', '"(){}[]<>|&!?*+-/=%^~@:.`"', '"undefined"', '"1"', '"%s%n"', "'quoted'",
  'A + B * 2', '(1 + 2) * 3', 'A == "x" && B != "y" || !C', 'A =?= undefined', 'A =!= undefined', 'A is undefined', 'A isnt error',
  'MY.A + TARGET.B', 'x ? y : z', 'x ?: y', 'ifThenElse(x, 1, 2)', 'strcat("a", "b", A)', 'size("abc")', '{1, 2, 3}', '{}', '{"a", {b, 2.0}}',
  '{1,2,3}[1]', '[a = 1; b = "x"]', '[]', '-A', '+A', '!A', '~5', 'A % 3', '1 << 2', '8 >> 1', '8 >>> 1', '5 & 3 | 4 ^ 1', 'A <= 1', 'A.B',
  'stringListMember("a", "a,b")', 'toUpper("x")', 'time() - QDate', 'int(3.7) + round(2.5)', 'regexp("a.c", "abc")', 'member(1, {1, 2})', 'substr("abc", 1, 1)',
  'split("a b")', 'random(1)', '1.0 / 3', '(((1)))', 'true && false', '"a" + "b"',
]

const all = (from: number, to: number, sign: string) =>
  VALUES.slice(from, to).map((value, index) => `${sign}V${from + index} = ${value}`).join('\n')

export const attributes = [
  ...[0, 16, 32, 48, 64, 80].flatMap((from) => [
    benign(`values ${from} with +`, all(from, from + 16, '+')),
    benign(`values ${from} with MY.`, all(from, from + 16, 'MY.')),
  ]),
  benign('values of items', '+V = $(v)', `queue v from (\n${VALUES.join('\n')}\n)`),
  benign('values of columns', '', `queue MY.V from (\n${VALUES.join('\n')}\n)`),
  benign('names', '+x = 1\n+_y = 2\n+Z9_z = 3\n+MaxRuntime = 3600\n+JobFlavour = "longlunch"\n+RequestRuntime = 600\n+ProjectName = "p"\n+Campaign = "x"\n+WANT_X = true\n+is_it = 1'),
  benign('a long text', `+Long = "${'x y,'.repeat(5000)}"`),
  benign('many', Array.from({ length: 200 }, (_, index) => `+M${index} = ${index}`).join('\n')),
  benign('one that is another in each job', '+P = $(Process)\n+Q = "$(Process)"\n+R = {$(Process), $(Process) + 1}', 'queue 4'),
]
