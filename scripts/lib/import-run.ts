import { randomUUID } from 'node:crypto';
import { SingleBar } from 'cli-progress';
import type { CatalogApi, ImportConflict, ImportReport, ImportResult } from './api.js';
import { CommandError, EXIT_FAILED, EXIT_OK } from './command-error.js';
import { counted, printable, type Terminal } from './terminal.js';
import { chunkDocuments, type DocumentChunk, type Place, type SourceDocument } from './yaml-documents.js';

/** Small enough that progress is seen and a transaction is short, large enough that requests cost little. */
const CHUNK_LIMITS = { maxDocuments: 500, maxBytes: 8 * 1024 * 1024 };
/** What one importTools request takes. */
const ATOMIC_LIMITS = { maxDocuments: 50_000, maxBytes: 64 * 1024 * 1024 };

const SEVERITIES = ['ERROR', 'WARNING', 'INFO'] as const;

export interface ImportRunOptions {
  readonly api: CatalogApi;
  readonly terminal: Terminal;
  readonly documents: Iterable<SourceDocument>;
  readonly documentCount: number;
  /** Files that the documents are missing from; each was reported before. */
  readonly unreadableFiles: number;
  readonly onConflict: ImportConflict;
  /** True: one request, all documents or none. */
  readonly atomic: boolean;
  readonly dryRun: boolean;
  readonly reason?: string | undefined;
  /** The least severity that is printed. */
  readonly show: (typeof SEVERITIES)[number];
}

/** `sent`: documents in requests, `answered`: those of which the service said what became of them. */
type Totals = Record<'sent' | 'answered' | 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed', number>;

/**
 * Sends documents to importTools, prints every finding with its place in the files, then a summary.
 * @returns the exit code: 1 when a document failed or a file could not be read.
 * @throws CommandError when the service could not be asked; what was stored until then has been printed.
 */
export async function runImport(options: ImportRunOptions): Promise<number> {
  const { terminal, documentCount } = options;
  const startedMs = performance.now();
  const totals: Totals = { sent: 0, answered: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  const findings = new Findings(options);
  const progress = new Progress(terminal, documentCount);
  const requests = chunkDocuments(options.documents, options.atomic ? ATOMIC_LIMITS : CHUNK_LIMITS);
  try {
    for (const chunk of requests) {
      if (options.atomic && chunk.documents.length < documentCount) {
        throw new CommandError(
          'These documents are more than one request takes (50,000 documents, 64 MiB): leave out --atomic.',
        );
      }
      totals.sent += chunk.documents.length;
      const report = await options.api.importTools({
        yaml: chunk.yaml,
        onConflict: options.onConflict,
        atomic: options.atomic,
        dryRun: options.dryRun,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        idempotencyKey: randomUUID(),
      });
      add(totals, report, chunk);
      progress.update(totals.answered);
      findings.add(chunk, report.results, progress.visible);
    }
  } finally {
    progress.stop();
    findings.print();
    if (totals.answered > 0) await terminal.line(summary(totals, options, performance.now() - startedMs));
  }
  return totals.failed + options.unreadableFiles > 0 ? EXIT_FAILED : EXIT_OK;
}

function add(totals: Totals, report: ImportReport, chunk: DocumentChunk): void {
  totals.answered += chunk.documents.length;
  for (const outcome of ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const) {
    totals[outcome] += report[outcome];
  }
}

function summary(totals: Totals, options: ImportRunOptions, elapsedMs: number): string {
  const { created, updated, unchanged, skipped, failed } = totals;
  const counts = `${created} created, ${updated} updated, ${unchanged} unchanged, ${skipped} skipped, ${failed} failed`;
  const { sent, answered } = totals;
  const unsent = options.documentCount - sent;
  const notes = [
    ...(options.dryRun ? ['dry run: nothing was stored'] : []),
    ...(options.atomic && failed > 0 && !options.dryRun ? ['nothing was stored: all or none'] : []),
    // Its answer did not come, or was no report: whether anything of it was stored, nobody here knows.
    ...(sent > answered ? [`${sent - answered} not confirmed`] : []),
    ...(unsent > 0 ? [`${unsent} not sent`] : []),
    ...(options.unreadableFiles > 0 ? [`${counted(options.unreadableFiles, 'file')} not read`] : []),
  ];
  const tail = notes.length === 0 ? '' : `; ${notes.join('; ')}`;
  return `${counted(answered, 'document')}: ${counts}${tail} (${(elapsedMs / 1000).toFixed(1)} s)`;
}

/** Findings in the style of compilers: editors and CI systems turn `file:line:column:` into links. */
class Findings {
  readonly #options: ImportRunOptions;
  readonly #firstPlaces = new Map<string, { readonly place: Place; readonly chunk: DocumentChunk }>();
  #held: string[] = [];

  constructor(options: ImportRunOptions) {
    this.#options = options;
  }

  /** Prints the findings of one answer, or holds them back while a progress bar owns the terminal. */
  add(chunk: DocumentChunk, results: readonly ImportResult[], hold: boolean): void {
    for (const result of results) this.#held.push(...this.#lines(chunk, result, results));
    if (!hold) this.print();
  }

  print(): void {
    for (const line of this.#held) this.#options.terminal.notice(line);
    this.#held = [];
  }

  *#lines(chunk: DocumentChunk, result: ImportResult, all: readonly ImportResult[]): Generator<string> {
    const shown = SEVERITIES.slice(0, SEVERITIES.indexOf(this.#options.show) + 1);
    for (const issue of result.issues) {
      if (!shown.includes(issue.severity)) continue;
      const place = chunk.locate(result.index, issue.line, issue.column);
      const path = issue.line === null && issue.path !== '' ? ` at ${issue.path}` : '';
      const hint = issue.hint === null ? '' : ` (${issue.hint})`;
      const message = (issue.code === 'DUPLICATE_IN_STREAM' && duplicate(chunk, result, all)) || issue.message;
      yield finding(place, `${issue.severity} ${issue.code} ${message}${path}${hint}`);
    }
    const here = chunk.locate(result.index, null, null);
    if (result.outcome === 'FAILED' && !result.issues.some((issue) => issue.severity === 'ERROR')) {
      yield finding(here, 'ERROR IMPORT_FAILED The service did not take this document and named no reason.');
    }
    const repeated = this.#repeats(chunk, result, here);
    if (repeated !== undefined && shown.includes('WARNING')) yield repeated;
  }

  /** Within one stream the service refuses a second document of a tool; between streams only we can see it. */
  #repeats(chunk: DocumentChunk, result: ImportResult, place: Place): string | undefined {
    if (result.name === null || result.platform === null || result.outcome === 'FAILED') return undefined;
    const key = JSON.stringify([result.platform, result.name]);
    const first = this.#firstPlaces.get(key);
    if (first === undefined) this.#firstPlaces.set(key, { place, chunk });
    if (first === undefined || first.chunk === chunk) return undefined;
    const other = `${first.place.file}:${first.place.line}`;
    return finding(place, `WARNING DUPLICATE_DOCUMENT ${result.platform}/${result.name} was also defined at ${other}`);
  }
}

/** The service counts the documents of a stream, which nobody but us has seen: we name the other one by its file. */
function duplicate(chunk: DocumentChunk, result: ImportResult, all: readonly ImportResult[]): string | undefined {
  const { name, platform } = result;
  const same = all.filter((other) => other !== result && other.name === name && other.platform === platform);
  const first = same.find(({ outcome }) => outcome !== 'FAILED') ?? same[0];
  if (first === undefined) return undefined;
  const { file, line } = chunk.locate(first.index, null, null);
  return `'${name}' on ${platform} is also defined at ${file}:${line}.`;
}

function finding(place: Place, text: string): string {
  return printable(`${place.file}:${place.line}:${place.column}: ${text}`);
}

/** A bar on stderr where a person watches; nothing elsewhere. */
class Progress {
  readonly #bar: SingleBar | undefined;

  constructor(terminal: Terminal, total: number) {
    const stream = terminal.progressStream;
    if (stream === undefined) return;
    this.#bar = new SingleBar({
      stream,
      format: 'Importing {bar} {value}/{total} documents, {eta_formatted} left',
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
    });
    this.#bar.start(total, 0);
  }

  get visible(): boolean {
    return this.#bar !== undefined;
  }

  update(sent: number): void {
    this.#bar?.update(sent);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
