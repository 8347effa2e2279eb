import fc from 'fast-check';
import { FORBIDDEN_KEYS } from '../../src/definition/plain-json.js';
import type {
  CapabilityDefinition,
  PatternDefinition,
  ToolContent,
  ToolDefinition,
  ToolDependency,
} from '../../src/definition/tool-definition.js';
import { TOOL_STATUSES } from '../../src/definition/tool-definition.js';
import { CAPABILITY_KEYS, PATTERN_KEYS, RESERVED_TOOL_NAMES, TOOL_KEYS } from '../../src/definition/tool-schema.js';
import type { Json, JsonObject } from '../../src/kernel/json.js';

/** Texts that YAML readers like to take for something else, or for syntax. */
const AWKWARD = [
  '', ' ', 'no', 'yes', 'On', 'y', 'N', 'null', '~', 'true', 'False', '1.0', '1.10', '007', '0o17', '0x1F', '1e3', '.5', '-1',
  '+1', '1:20', '2024-01-01', '2024-01-01T00:00:00Z', '.inf', '.NaN', '<<', '=', '---', '...', '--- a', 'a: b', 'a:', ': a',
  'a #b', '# a', '#a', '- a', '-', '? a', '&a', '*a', '!a', '!!str a', '%a', '@a', '`a', '"a', "'a", '{a}', '[a]', 'a, b', '|', '>',
  '|-\n a', 'a\nb', 'a\n', 'a\n\n', '\na', ' a\nb', 'a\n  b\n c', 'a\n \nb', 'a\n\tb', 'a \nb ', 'a\r\nb', 'a\rb', '\ta', 'a\tb',
  'a\t', 'trailing ', '\u0001', '\u007f', '\u0085', 'a\u0085b', '\u2028', 'a\u2029b', '\ufeff', 'a\ufeffb', '\uffff', '\ufffe',
  '\u00a0', 'a\u00a0', '\ud83d\ude00', '\u00ad', 'é', 'e\u0301', '$ref: file:///etc/passwd', '=1+1', '+cmd|calc', '\\', 'a\\nb',
  'a\n---\nb', 'a\n...\nb', '\n', '\n\n', 'a\n#b', 'a\n\n\nb', '\u{1fffe}', 'Infinity', '0b1', '1_000', '1e400',
]; // biome-ignore format: a table of texts

const anyText = fc
  .oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
  .filter((text) => !/[\0\p{Cs}]/u.test(text));
const prose = anyText.filter((text) => /\S/.test(text));
const name = fc
  .oneof(
    fc.constantFrom(
      'Get-Process',
      'kubectl_get',
      'apt-get',
      'asset-query',
      'a b',
      'n',
      'no',
      'true',
      '7z',
      '1e3',
      'net/http',
      'é',
    ),
    fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_./:+-]{0,20}$/),
  )
  .filter((text) => !FORBIDDEN_KEYS.has(text));
const line = fc.oneof(
  name,
  fc.constantFrom('single_item', '>= 1.2', 'no', '1.0', '/var/log', '*', '#1', '- a', 'a: b'),
);
const version = fc.stringMatching(/^[0-9A-Za-z][0-9A-Za-z._+~-]{0,19}$/);

const key = anyText.filter((text) => text.length <= 150 && !FORBIDDEN_KEYS.has(text) && text === text.normalize('NFC'));
const number = fc
  .oneof(
    fc.integer(),
    fc.double({ noNaN: true, min: -9e15, max: 9e15 }),
    fc.constantFrom(0, 1e-7, -1e-9, 5e-324, 9007199254740991),
  )
  .map((value) => (value === 0 ? 0 : value));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), number, anyText),
    fc.array(tie('json'), { maxLength: 4 }),
    objectOf(tie('json')),
  ),
}));

function objectOf<T extends Json>(member: fc.Arbitrary<T>): fc.Arbitrary<JsonObject> {
  return fc.dictionary(key, member, { maxKeys: 4, noNullPrototype: true });
}

const object = objectOf(json);
const extensions = (known: ReadonlySet<string>): fc.Arbitrary<JsonObject> =>
  fc.dictionary(
    key.filter((text) => !known.has(text)),
    json,
    { maxKeys: 3, noNullPrototype: true },
  );
const namedList = <T extends { readonly name: string }>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { selector: (one) => one.name, maxLength: 3 });
/** Values that the reader leaves as they are: no text that it would take for a boolean or a number. */
const policy = fc.record(
  { max_cost: fc.nat(), production_safe: fc.boolean(), requires_background_if: fc.constant('N > 50'), note: json },
  { requiredKeys: [], noNullPrototype: true },
);
const preference = fc
  .dictionary(fc.constantFrom('speed', 'accuracy', 'cost'), fc.double({ min: 0, max: 1, noNaN: true }), {
    noNullPrototype: true,
  })
  .map((match) => Object.fromEntries(Object.entries(match).map(([one, value]) => [one, value === 0 ? 0 : value])));
const input = fc.record(
  { name: line, type: fc.constantFrom('string', 'integer'), default: json, validation: fc.constant('^[a-z]+$') },
  { requiredKeys: ['name'], noNullPrototype: true },
);

const pattern: fc.Arbitrary<PatternDefinition> = fc.record(
  {
    name,
    description: prose,
    typicalUseCases: fc.array(prose, { maxLength: 3 }),
    timeEstimateMs: fc.constantFrom('2000 + 0.5 * N', '100', '1e3', '0x1F', 'ceil(N / 100)'),
    costEstimate: fc.constantFrom('1', '0', 'N', 'no'),
    complexityScore: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
    scope: line,
    completeness: line,
    limitations: fc.array(prose, { maxLength: 2 }),
    policy: policy as fc.Arbitrary<JsonObject>,
    preferenceMatch: preference,
    requiredInputs: fc.array(input as fc.Arbitrary<JsonObject>, { maxLength: 2 }),
    optionalInputs: fc.array(input as fc.Arbitrary<JsonObject>, { maxLength: 2 }),
    outputSchema: object,
    examples: fc.array(json, { maxLength: 2 }),
    extensions: extensions(PATTERN_KEYS),
  },
  { noNullPrototype: true },
);
const capability: fc.Arbitrary<CapabilityDefinition> = fc.record(
  {
    name,
    aliases: fc.array(name, { maxLength: 2 }),
    description: prose,
    patterns: namedList(pattern),
    extensions: extensions(CAPABILITY_KEYS),
  },
  { noNullPrototype: true },
);
const dependency: fc.Arbitrary<ToolDependency> = fc.record(
  { name: line, type: line, required: fc.boolean(), version: line, platform: line },
  { requiredKeys: ['name', 'type', 'required'], noNullPrototype: true },
);
const contentFields = {
  description: prose,
  category: name,
  defaults: object,
  dependencies: fc.array(dependency, { maxLength: 3 }),
  metadata: object,
  extensions: extensions(TOOL_KEYS),
  capabilities: namedList(capability),
};
const contentKeys = Object.keys(contentFields) as (keyof typeof contentFields)[];

export const arbitraryContent: fc.Arbitrary<ToolContent> = fc.record(contentFields, { noNullPrototype: true });
export const arbitraryTool: fc.Arbitrary<ToolDefinition> = fc.record(
  {
    name: name.filter((text) => !RESERVED_TOOL_NAMES.includes(text)),
    version,
    platform: name,
    status: fc.constantFrom(...TOOL_STATUSES),
    enabled: fc.boolean(),
    owner: line,
    ...contentFields,
  },
  { requiredKeys: ['name', 'version', 'platform', ...contentKeys], noNullPrototype: true },
);
export const arbitraryJson = json;
