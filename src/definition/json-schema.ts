import { z } from 'zod';
import type { JsonObject } from '../kernel/json.js';
import { isJsonObject } from '../kernel/json.js';
import { toolSchema } from './tool-schema.js';

type SchemaNode = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema (draft 2020-12) of a tool's YAML file, for editors that complete and check it while it is written. It says what the
 * reader takes without a word: forms and spellings that the reader forgives with a warning are not in it.
 */
export function toolJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(toolSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, path }) => {
      // Estimates may be plain numbers, which the reader turns into expressions.
      if (['time_estimate_ms', 'cost_estimate'].includes(String(path.at(-1))))
        jsonSchema.type = ['string', 'number'] as never;
      // There, the checks before storing refuse a key without a value: nobody can tell what was to be said.
      if (['policy', 'preference_match'].includes(String(path.at(-3)))) removeNull(jsonSchema);
    },
  });
  const { $schema, type, ...rest } = JSON.parse(JSON.stringify(schema)) as JsonObject;
  if (!isJsonObject(rest['properties'])) throw new TypeError('The schema of a tool must be an object.');
  return {
    $schema: $schema ?? 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tool definition',
    description: 'One tool of the catalog: what it is, what it can do, and what that takes.',
    type: type ?? 'object',
    ...rest,
  };
}

function removeNull(node: SchemaNode): void {
  const [only, ...others] = (node.anyOf ?? []).filter((choice) => choice.type !== 'null');
  if (only === undefined || others.length > 0) return;
  delete node.anyOf;
  Object.assign(node, only);
}
