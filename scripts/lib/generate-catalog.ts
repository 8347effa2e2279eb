import type { CapabilityDefinition, ToolDefinition, ToolDependency } from '../../src/definition/tool-definition.js';
import { ACTIONS, type Action } from './generator/actions.js';
import { DOMAINS, type Domain, QUALIFIERS, TAGS, TWIN_PLATFORMS } from './generator/domains.js';
import { generatePatterns } from './generator/patterns.js';
import { Random } from './generator/random.js';

export interface GenerateCatalogOptions {
  readonly toolCount: number;
  /** A whole number. The same seed gives the same tools, and a longer catalog begins with the shorter one. */
  readonly seed: number;
}

/** Share of tools whose name turns up on a second platform. */
const TWIN_SHARE = 0.03;

/**
 * A catalog as real ones are: platforms and categories of uneven size, capabilities that many tools share, estimates that depend
 * on context, policies, inputs, some dependencies. (platform, name) is unique for any count. Tools depend only on tools
 * before them. One at a time, so that 200,000 need no memory.
 */
export function* generateCatalog({ toolCount, seed }: GenerateCatalogOptions): Generator<ToolDefinition> {
  const names = new Map(DOMAINS.map((domain) => [domain, new NameSequence(domain, seed)]));
  const weights = DOMAINS.map((domain) => [domain, domain.weight] as const);
  const newest = new Map<string, ToolDefinition>();
  let twinnable: ToolDefinition | undefined;
  for (let index = 0; index < toolCount; index += 1) {
    const random = new Random(seed, index);
    const twinPlatform = twinnable === undefined ? undefined : TWIN_PLATFORMS[twinnable.platform];
    if (twinnable !== undefined && twinPlatform !== undefined && random.chance(TWIN_SHARE)) {
      yield { ...twinnable, platform: twinPlatform, dependencies: [] };
      twinnable = undefined;
      continue;
    }
    const domain = random.pickWeighted(weights);
    const name = names.get(domain)?.next();
    if (name === undefined) throw new RangeError(`There are no names for ${domain.platform}.`);
    const tool = generateTool(domain, name, { random, earlier: newest.get(domain.platform) });
    newest.set(domain.platform, tool);
    twinnable = tool;
    yield tool;
  }
}

interface Name {
  readonly text: string;
  readonly action: Action;
  readonly subject: string;
}

/** All names of a platform, each once: subject and action, then with a qualifier, then with a number besides. */
class NameSequence {
  readonly #domain: Domain;
  readonly #offset: number;
  #count = 0;

  constructor(domain: Domain, seed: number) {
    this.#domain = domain;
    this.#offset = new Random(seed, DOMAINS.indexOf(domain)).integer(0, 9_999);
  }

  next(): Name {
    const { subjects, style } = this.#domain;
    const pairs = subjects.length * ACTIONS.length;
    const round = Math.floor(this.#count / pairs);
    // A step that shares no factor with the number of pairs meets each pair once a round.
    const pair = (this.#offset + this.#count * coprimeStep(pairs)) % pairs;
    this.#count += 1;
    const subject = subjects[pair % subjects.length] ?? '';
    const action = ACTIONS[Math.floor(pair / subjects.length)];
    if (action === undefined) throw new RangeError('There are more pairs than actions.');
    const qualifier = round === 0 ? [] : [QUALIFIERS[(round - 1) % QUALIFIERS.length] ?? ''];
    const serial = Math.floor((round - 1) / QUALIFIERS.length);
    const words = style === 'pascal' ? [action.verb, subject, ...qualifier] : [subject, action.verb, ...qualifier];
    return {
      text: spell([...words, ...(serial > 0 ? [String(serial + 1)] : [])], style),
      action,
      subject: [...qualifier, ...subject.split('-')].join(' '),
    };
  }
}

function coprimeStep(count: number): number {
  for (let step = Math.floor(count * 0.618); ; step += 1) if (greatestCommonDivisor(step, count) === 1) return step;
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}

function spell(words: readonly string[], style: Domain['style']): string {
  if (style === 'kebab') return words.join('-');
  if (style === 'snake') return words.join('_').replaceAll('-', '_');
  const [verb = '', ...rest] = words.map((word) => word.split('-').map(capitalised).join(''));
  return `${verb}-${rest.join('')}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** How many capabilities a tool has besides its own, and how often. */
const EXTRA_CAPABILITIES: readonly (readonly [number, number])[] = [
  [0, 73],
  [1, 22],
  [2, 5],
];
const DEPENDENCY_COUNTS: readonly (readonly [number, number])[] = [
  [0, 35],
  [1, 40],
  [2, 25],
];

interface ToolContext {
  readonly random: Random;
  /** A tool of the same platform that exists already. */
  readonly earlier: ToolDefinition | undefined;
}

function generateTool(domain: Domain, name: Name, { random, earlier }: ToolContext): ToolDefinition {
  const { action, subject } = name;
  const extraCount = random.pickWeighted(EXTRA_CAPABILITIES);
  const extra = extraCount === 0 ? [] : random.sample(ACTIONS, extraCount);
  const actions = [action, ...extra].filter(
    (one, index, all) => all.findIndex((other) => other.capability === one.capability) === index,
  );
  return {
    name: name.text,
    version: random.pick(['1.0', '1.0.0', '1.1', '1.2.0', '2.0', '2.1.3']),
    platform: domain.platform,
    description: `${action.description.replaceAll('{s}', subject)} on ${domain.platform}`,
    category: random.chance(0.8) ? action.category : 'system',
    defaults: {
      accuracy_level: random.pick(['real-time', 'near-real-time', 'sampled']),
      freshness: random.pick(['live', 'cached', '5m']),
      data_source: random.pick(['direct', 'agent', 'api']),
    },
    dependencies: dependencies(domain, random, earlier),
    metadata: {
      author: domain.team,
      tags: [domain.platform, ...random.sample(TAGS, random.integer(1, 3))],
      documentation_url: `https://docs.example.com/${domain.platform}/${encodeURIComponent(name.text)}`,
    },
    extensions: random.chance(0.1) ? { execution_location: random.pick(['agent', 'controller']) } : {},
    // As in catalogs that grew by hand: a good part of the tools never named what they can do.
    capabilities: actions.map((one, index) =>
      capability(one, index === 0 && random.chance(0.1) ? 'primary_capability' : one.capability, { subject, random }),
    ),
  };
}

function capability(
  action: Action,
  name: string,
  { subject, random }: { readonly subject: string; readonly random: Random },
): CapabilityDefinition {
  return {
    name,
    aliases: random.chance(0.3) ? [...action.aliases] : [],
    description: action.description.replaceAll('{s}', subject),
    patterns: generatePatterns(action, subject, random),
    extensions: {},
  };
}

function dependencies(domain: Domain, random: Random, earlier: ToolDefinition | undefined): ToolDependency[] {
  const count = random.pickWeighted(DEPENDENCY_COUNTS);
  const needs: ToolDependency[] = random
    .sample(domain.needs, count)
    .map(([name, type]) => ({ name, type, required: random.chance(0.8) }));
  if (earlier !== undefined && random.chance(0.05)) {
    needs.push({ name: earlier.name, type: 'tool', required: false, platform: domain.platform });
  }
  return needs;
}
