import { describe, expect, it } from 'vitest';
import { toYaml, toYamlStream } from '../../src/definition/to-yaml.js';
import { samplePattern, sampleTool } from './sample-tool.js';

describe('a YAML file', () => {
  it('reads well', () => {
    const pattern = samplePattern({
      description: 'First line.\nSecond line: # with signs.\n',
      examples: [{ request: 'no', small: 1e-7, at: '2024-01-01', code: '007', list: [[1, 'a'], []] }],
    });
    const tool = sampleTool({
      capabilities: [
        { name: 'yes', aliases: [], description: 'Says "yes".', patterns: [pattern], extensions: { version: '1.0' } },
      ],
    });
    expect(toYaml(tool)).toBe(`tool_name: service-control
version: "1.0.0"
description: Controls services.
platform: linux
category: system
defaults:
  freshness: live
dependencies:
  - name: systemd
    type: service
    required: true
metadata:
  author: Platform Team
  tags:
    - a
    - b
capabilities:
  "yes":
    description: Says "yes".
    patterns:
      restart:
        description: |
          First line.
          Second line: # with signs.
        typical_use_cases:
          - restart nginx
        time_estimate_ms: "2000 + 0.5 * N"
        cost_estimate: ceil(N / 100)
        complexity_score: 0.3
        scope: single_item
        completeness: complete
        policy:
          max_cost: 10
          production_safe: true
        preference_match:
          speed: 0.9
        required_inputs:
          - name: service
            type: string
        examples:
          - at: "2024-01-01"
            code: "007"
            list:
              - - 1
                - a
              - []
            request: "no"
            small: 1.0e-7
    version: "1.0"
execution_location: remote
`);
  });

  it('leaves out what is empty', () => {
    const empty = { defaults: {}, dependencies: [], metadata: {}, extensions: {}, capabilities: [] };
    expect(toYaml(sampleTool(empty))).toBe(`tool_name: service-control
version: "1.0.0"
description: Controls services.
platform: linux
category: system
capabilities: {}
`);
  });

  it('is a document of a stream', () => {
    const tool = sampleTool();
    expect(toYamlStream([tool, tool])).toBe(`${toYaml(tool)}---\n${toYaml(tool)}`);
    expect(toYamlStream([])).toBe('');
  });
});
