/** What a definition may hold at most. Lengths are UTF-16 code units, which are never fewer than PostgreSQL's characters. */
export const LIMITS = {
  nameLength: 100,
  versionLength: 20,
  platformLength: 50,
  labelLength: 50,
  ownerLength: 100,
  descriptionLength: 10_000,
  expressionLength: 500,
  lineLength: 1_000,
  dependencyNameLength: 200,
  /** A longer key cannot always be written as a YAML key, which ends within 1,024 characters whatever must be escaped. */
  keyLength: 150,
  capabilities: 100,
  patterns: 100,
  aliases: 50,
  useCases: 200,
  listItems: 100,
  /** Nesting of objects and arrays; the document itself is the first level. */
  depth: 32,
  /** Values and keys together. */
  nodes: 20_000,
  /** A document as YAML text, in bytes of UTF-8. */
  documentBytes: 1_048_576,
  streamBytes: 67_108_864,
  streamDocuments: 50_000,
  yamlAliases: 100,
  /** What a document's report holds at most: past that, more of them help nobody. */
  issues: 100,
} as const;
