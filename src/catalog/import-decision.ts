import { nextVersion } from '../definition/next-version.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import type { Issue } from '../kernel/issue.js';
import type { ImportConflict } from './catalog-commands.js';
import type { LockedTool, ToolSummary } from './tool-store.js';

/** What happens to one valid document. */
export type ImportDecision =
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly version: string; readonly issues: readonly Issue[] }
  | { readonly kind: 'unchanged'; readonly version: string; readonly issues: readonly Issue[] }
  | { readonly kind: 'skip'; readonly version: string }
  | { readonly kind: 'fail'; readonly issue: Issue };

export interface DecisionInput {
  /** Without a version where it states none. */
  readonly document: { readonly version: string | null; readonly hash: string };
  /** The tool as it stands; undefined when there is none. */
  readonly existing: { readonly identity: LockedTool; readonly summary: ToolSummary } | undefined;
  readonly onConflict: ImportConflict;
}

/** Pure: the rules of an import, document by document. */
export function decideImport({ document, existing, onConflict }: DecisionInput): ImportDecision {
  if (!existing) return { kind: 'create' };
  const { identity, summary } = existing;
  if (summary.deleted) {
    return fail('DELETED', 'This tool was deleted.', 'Bring it back with restoreTool, then import again.');
  }
  if (onConflict === 'SKIP') return { kind: 'skip', version: summary.latestVersion };
  if (onConflict === 'FAIL') {
    return fail(
      'ALREADY_EXISTS',
      `This tool exists already, at version ${summary.latestVersion}.`,
      'Import with NEW_VERSION to change it.',
    );
  }
  if (document.hash === summary.latestContentHash) {
    return { kind: 'unchanged', version: summary.latestVersion, issues: [] };
  }
  if (document.hash === identity.importedHash) {
    return {
      kind: 'unchanged',
      version: summary.latestVersion,
      issues: [
        info('EDITED_SINCE_IMPORT', 'The tool was edited since this same document was imported: the edits stay.', ''),
      ],
    };
  }
  if (document.version !== null && !summary.versions.includes(document.version)) {
    return { kind: 'update', version: document.version, issues: [] };
  }
  const newest = summary.versions.at(-1) ?? summary.latestVersion;
  const version = nextVersion(newest, (candidate) => summary.versions.includes(candidate));
  if (document.version === null) return { kind: 'update', version, issues: [] };
  return {
    kind: 'update',
    version,
    issues: [
      info(
        'VERSION_BUMPED',
        `There is a version ${document.version} already, and it is not the latest with this content: this one is ${version}.`,
        '/version',
      ),
    ],
  };
}

/** Status, enabled and owner belong to the tool: where a document states another, somebody has to be told that it stays. */
export function keptState(definition: ToolDefinition, summary: ToolSummary): readonly Issue[] {
  return (['status', 'enabled', 'owner'] as const).flatMap((field): Issue[] => {
    const stated = definition[field];
    const kept = summary[field];
    if (stated === undefined || stated === kept) return [];
    return [
      {
        severity: 'WARNING',
        code: 'STATE_KEPT',
        path: `/${field}`,
        message: `The tool exists, and its ${field} stays ${kept ?? 'empty'}: a document sets it for a tool that it creates.`,
        hint: `Change it with ${field === 'enabled' ? 'enableTool or disableTool' : 'setToolState'}.`,
      },
    ];
  });
}

function info(code: string, message: string, path: string): Issue {
  return { severity: 'INFO', code, message, path };
}

function fail(code: string, message: string, hint: string): ImportDecision {
  return { kind: 'fail', issue: { severity: 'ERROR', code, message, path: '', hint } };
}
