import type { Issue } from '../kernel/issue.js';
import { jsonPointer, pointerSegments } from './json-pointer.js';
import type { PlainJson, PlainObject } from './plain-json.js';
import { FORBIDDEN_KEYS, isPlainObject } from './plain-json.js';

/** A document brought to the form in which capabilities and patterns are mappings by name. */
export interface MappingForm {
  readonly document: PlainObject;
  readonly issues: readonly Issue[];
  /** Where a place of the mapping form stands in the document as it was given. */
  readonly sourcePath: (path: string) => string;
}

const asGiven = (path: string): string => path;

/** Recognises the form of a document and brings it to the mapping form; null, with the reason, where it has none. */
export function toMappingForm(given: PlainObject): MappingForm | { readonly issues: readonly Issue[] } {
  if (isPlainObject(given['tool']) && !('tool_name' in given) && !('capabilities' in given))
    return fromToolKey(given['tool']);
  if (!('tool_name' in given) && !('name' in given)) {
    if (isPlainObject(given['metadata']) && 'name' in given['metadata']) return fromMetadata(given, given['metadata']);
    if (isPlainObject(given['tools'])) return { issues: [MANY_TOOLS] };
    if (!KNOWN_ROOT_KEYS.some((key) => key in given)) return { issues: [UNKNOWN_FORM] };
  }
  return fromRoot(given);
}

const KNOWN_ROOT_KEYS = ['description', 'platform', 'category', 'capabilities'];

const MANY_TOOLS: Issue = {
  severity: 'ERROR',
  code: 'FORM_MANY_TOOLS',
  message: "This document holds many tools under 'tools'.",
  path: '/tools',
  hint: 'Import it as a YAML file: every entry becomes a tool.',
};

const UNKNOWN_FORM: Issue = {
  severity: 'ERROR',
  code: 'UNKNOWN_FORM',
  message:
    'This is no tool definition: it has none of the keys tool_name, description, platform, category, capabilities.',
  path: '',
  hint: 'Begin with: tool_name: "list-files", description: "...", platform: "linux", category: "system", capabilities: {...}',
};

function fromRoot(given: PlainObject): MappingForm {
  const issues: Issue[] = [];
  const document = { ...given };
  let sourcePath = asGiven;
  if (!('tool_name' in document) && 'name' in document) {
    document['tool_name'] = document['name'] as PlainJson;
    delete document['name'];
    sourcePath = (path) => (path === '/tool_name' ? '/name' : path);
  }
  if (Array.isArray(document['capabilities'])) {
    document['capabilities'] = capabilitiesByName(document['capabilities'], issues);
  }
  return { document, issues, sourcePath };
}

/** What a list of named things is called, where its names are and what a second one of the same name is. */
interface ListKind {
  readonly nameKeys: readonly string[];
  readonly noun: string;
  readonly duplicateCode: string;
}

const CAPABILITIES: ListKind = {
  nameKeys: ['capability_name', 'name'],
  noun: 'capability',
  duplicateCode: 'DUPLICATE_CAPABILITY',
};
const PATTERNS: ListKind = { nameKeys: ['pattern_name', 'name'], noun: 'pattern', duplicateCode: 'DUPLICATE_PATTERN' };

function capabilitiesByName(list: readonly PlainJson[], issues: Issue[]): PlainObject {
  const capabilities = mappingByName(list, ['capabilities'], CAPABILITIES, issues);
  for (const [name, capability] of Object.entries(capabilities)) {
    if (isPlainObject(capability) && Array.isArray(capability['patterns'])) {
      const path = ['capabilities', name, 'patterns'];
      capability['patterns'] = mappingByName(capability['patterns'], path, PATTERNS, issues);
    }
  }
  return capabilities;
}

function mappingByName(
  list: readonly PlainJson[],
  path: readonly string[],
  kind: ListKind,
  issues: Issue[],
): PlainObject {
  const mapping: PlainObject = {};
  const error = (code: string, message: string, at: PropertyKey, hint: string): void => {
    issues.push({ severity: 'ERROR', code, message, path: jsonPointer([...path, at]), hint });
  };
  for (const [index, entry] of list.entries()) {
    if (!isPlainObject(entry)) {
      error('TYPE', `Item ${index + 1} must be a mapping.`, index, `Write: - ${kind.nameKeys[0]}: "..."`);
      continue;
    }
    const nameKey = kind.nameKeys.find((key) => key in entry);
    const name = nameKey === undefined ? undefined : entry[nameKey];
    if (nameKey === undefined || typeof name !== 'string') {
      const code = name === undefined || name === null ? 'REQUIRED' : 'TYPE';
      error(code, `Item ${index + 1} needs a name.`, index, `Write: ${kind.nameKeys[0]}: "..."`);
    } else if (FORBIDDEN_KEYS.has(name)) {
      error('KEY_FORBIDDEN', `The name '${name}' is not allowed.`, index, 'Give it another name.');
    } else if (Object.hasOwn(mapping, name)) {
      error(kind.duplicateCode, `The ${kind.noun} '${name}' stands here twice.`, index, 'Rename one of the two.');
    } else {
      const { [nameKey]: _, ...body } = entry;
      mapping[name] = body;
    }
  }
  return mapping;
}

/** Form C: everything under `tool`, one capability, one pattern, no estimates. */
function fromToolKey(tool: PlainObject): MappingForm {
  const capability = isPlainObject(tool['capability']) ? tool['capability'] : {};
  const pattern = isPlainObject(tool['pattern']) ? tool['pattern'] : {};
  const capabilityName = usableName(capability['name'], 'primary_capability');
  const patternName = usableName(pattern['name'], 'execute');
  const { name: _c, ...capabilityBody } = capability;
  const { name: _p, ...patternBody } = pattern;
  const { name, capability: _capability, pattern: _pattern, inputs, policy, ...root } = tool;
  const document: PlainObject = {
    ...root,
    ...(name !== undefined && { tool_name: name }),
    capabilities: {
      [capabilityName]: {
        ...capabilityBody,
        patterns: {
          [patternName]: {
            ...patternBody,
            ...(policy !== undefined && { policy }),
            ...(inputs !== undefined && { required_inputs: inputs }),
          },
        },
      },
    },
  };
  const capabilityPath = jsonPointer(['capabilities', capabilityName]);
  const patternPath = `${capabilityPath}${jsonPointer(['patterns', patternName])}`;
  const moves = [
    [`${patternPath}/policy`, '/tool/policy'],
    [`${patternPath}/required_inputs`, '/tool/inputs'],
    [patternPath, '/tool/pattern'],
    [capabilityPath, '/tool/capability'],
    ['/tool_name', '/tool/name'],
    ['', '/tool'],
  ] as const;
  return {
    document,
    issues: [
      {
        severity: 'ERROR',
        code: 'FORM_UNSUPPORTED',
        message: "This form, with everything under 'tool', has no estimates: nothing could ever choose the tool.",
        path: '',
        hint:
          `Move the keys of 'tool' to the root (name becomes tool_name) and write capabilities: {${capabilityName}: ` +
          `{description: "...", patterns: {${patternName}: {description: "...", time_estimate_ms: "1000", ...}}}}`,
      },
    ],
    sourcePath: (path) => moved(path, moves),
  };
}

/** Form D: identity under `metadata`, capabilities as a list of {name, description, parameters}, no estimates. */
function fromMetadata(given: PlainObject, metadata: PlainObject): MappingForm {
  const { name, version, description, platform, category, ...rest } = metadata;
  const issues: Issue[] = [
    {
      severity: 'ERROR',
      code: 'FORM_UNSUPPORTED',
      message: "This form, with the tool's name under 'metadata', has no patterns: nothing could ever choose the tool.",
      path: '',
      hint:
        'Move name (as tool_name), version, description, platform and category from metadata to the root, and give every ' +
        'capability patterns with estimates.',
    },
  ];
  const identity = { tool_name: name, version, description, platform, category };
  const document: PlainObject = { ...given, metadata: rest };
  for (const [key, value] of Object.entries(identity)) {
    if (value !== undefined && !(key in given)) document[key] = value;
  }
  if (Array.isArray(given['capabilities'])) {
    document['capabilities'] = capabilitiesByName(given['capabilities'], issues);
  }
  const moves = Object.keys(identity)
    .filter((key) => !(key in given))
    .map((key) => [`/${key}`, `/metadata/${key === 'tool_name' ? 'name' : key}`] as const);
  return { document, issues, sourcePath: (path) => moved(path, moves) };
}

function usableName(name: PlainJson | undefined, otherwise: string): string {
  return typeof name === 'string' && name !== '' && !FORBIDDEN_KEYS.has(name) ? name : otherwise;
}

function moved(path: string, moves: readonly (readonly [from: string, to: string])[]): string {
  for (const [from, to] of moves) {
    if (path === from || path.startsWith(`${from}/`)) return to + path.slice(from.length);
  }
  return path;
}

/** A pointer into a document of lists, with the names of capabilities and patterns in place of their numbers where known. */
export function namedPath(given: unknown, path: string): string {
  const segments = pointerSegments(path);
  let value = given;
  for (const [depth, segment] of segments.entries()) {
    const list = depth === 1 ? segments[0] === 'capabilities' : depth === 3 && segments[2] === 'patterns';
    value = child(value, segment);
    if (!list || typeof value !== 'object' || value === null) continue;
    const kind = depth === 1 ? CAPABILITIES : PATTERNS;
    const names = kind.nameKeys.map((key) => child(value, key));
    const name = names.find((candidate) => typeof candidate === 'string');
    if (/^\d+$/.test(segment) && typeof name === 'string') segments[depth] = name;
  }
  return jsonPointer(segments);
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
