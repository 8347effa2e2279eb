import { HybridOrchestrator } from '../../src/client/hybrid-orchestrator.js';
import { createTestCatalog } from '../../src/client/testing/test-catalog.js';
import { sampleTool } from '../view/sample-tools.js';

// Run as a process of its own by hybrid-orchestrator.test.ts: nothing but the tie breaker's deadline keeps it running.
const catalog = createTestCatalog([sampleTool({ name: 'first' }), sampleTool({ name: 'second' })]);
const tieBreaker = () => new Promise<never>(() => undefined);
const orchestrator = new HybridOrchestrator({ catalog, tieBreaker, tieBreakerDeadlineMs: 100 });
const selection = await orchestrator.selectTool({ capabilities: ['service_control'], environment: 'test' });
if (selection.kind === 'selected') process.stdout.write(`${selection.best.tool.name} ${selection.tieBreak?.outcome}`);
