import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashTokenSecret, isTokenSecret, newTokenSecret } from '../../src/access/token-secret.js';
import { createTokenService } from '../../src/access/token-service.js';
import type { TokenService } from '../../src/access/tokens.js';
import { createRefusalLog } from '../../src/audit/refusal-log.js';
import type { Database } from '../../src/database/database.js';
import { checkRights, RIGHTS_AGE_MS, RIGHTS_CHECK_MS } from '../../src/graphql/rights-watch.js';
import { UnavailableError } from '../../src/kernel/errors.js';
import { caller, silentLogger, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql, tableCounts } from '../support/sql.js';

const CACHE_MS = 2_000;
const FIRST_ADMIN_TOKEN = 'the first admin has this token';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
let clock = Date.parse('2026-06-01T00:00:00Z');
const now = () => new Date(clock);
let away = false;
let one: TokenService;
let two: TokenService;
const ada = caller();
const tom = caller({ tenant: 'acme', name: 'tom' });

/** A service of its own instance; its look-ups fail while the database is `away`. */
function service(): TokenService {
  const database: Database = {
    ...instance.database,
    guard: (work) => (away ? Promise.reject(new UnavailableError('away')) : instance.database.guard(work)),
  };
  const refusals = createRefusalLog({ database, logger: silentLogger, now });
  const adminTokenHash = hashTokenSecret(FIRST_ADMIN_TOKEN);
  return createTokenService({ database, now, refusals, adminTokenHash, cacheMs: CACHE_MS });
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([openSql(testDatabase.url), startInstance(testDatabase.url)]);
  await instance.commands.createTenant(ada, { name: 'acme' });
  await instance.commands.createTenant(ada, { name: 'umbra' });
  [one, two] = [service(), service()];
});

afterAll(async () => {
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

let count = 0;
const newName = () => {
  count += 1;
  return `bot-${count}`;
};
const create = (over: object = {}, who = ada) => one.createApiToken(who, { name: newName(), role: 'VIEWER', ...over });
const refused = { code: 'UNAUTHENTICATED' };

describe('secrets', () => {
  test('prefix, id, 32 random bytes, checksum; every one another', async () => {
    const { token, id } = await create();
    const [, shown, random, sum] = /^tcat_([0-9a-f]{32})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/.exec(token) ?? [];
    expect(shown).toBe(id.replaceAll('-', ''));
    expect(Buffer.from(random ?? '', 'base64url')).toHaveLength(32);
    expect(sum).toBeDefined();
    const made = new Set(Array.from({ length: 100 }, () => newTokenSecret(id)));
    expect(made.size).toBe(100);
    for (const secret of made) expect(isTokenSecret(secret)).toBe(true);
  });

  test('the checksum finds every mistyped character', () => {
    const secret = newTokenSecret(randomUUID());
    for (let place = 0; place < secret.length; place += 1) {
      const wrong = secret[place] === 'a' ? 'b' : 'a';
      expect(isTokenSecret(secret.slice(0, place) + wrong + secret.slice(place + 1))).toBe(false);
    }
    for (const text of ['', 'tcat', secret.slice(0, -1), `${secret}0`, `${secret}\n`, secret.toUpperCase()]) {
      expect(isTokenSecret(text)).toBe(false);
    }
  });

  test('only the hash is stored: no row of any table holds the secret or its random part', async () => {
    const { token, id } = await create();
    const [row] = await sql.rows<{ token_hash: string }>('select * from tool_catalog.api_tokens where id = $1', [id]);
    expect(row?.token_hash).toBe(hashTokenSecret(token));
    const secret = token.split('_').slice(2).join('_');
    for (const table of Object.keys(await tableCounts(sql))) {
      const rows = await sql.rows(`select t::text as text from tool_catalog.${table} t`);
      expect(JSON.stringify(rows)).not.toContain(secret);
      expect(JSON.stringify(rows)).not.toContain(token);
    }
  });

  test('a token that is known gives its principal, anything else is refused without a word about why', async () => {
    const name = newName();
    const { token, id } = await create({ name, role: 'ORCHESTRATOR', tenant: 'acme' });
    expect(await two.authenticate(token)).toEqual({ name, role: 'ORCHESTRATOR', tenant: 'acme', tokenId: id });
    expect(await one.authenticate(FIRST_ADMIN_TOKEN)).toMatchObject({ name: 'admin', role: 'ADMIN', tenant: 'shared' });
    const messages = new Set<string>();
    for (const text of [
      '',
      'x',
      newTokenSecret(randomUUID()),
      newTokenSecret(id),
      `${token} `,
      hashTokenSecret(token),
    ]) {
      const error = await one.authenticate(text).catch((reason: Error) => reason);
      expect(error).toMatchObject(refused);
      messages.add((error as Error).message);
    }
    expect(messages.size).toBe(1);
  });
});

describe('the end of a token', () => {
  test('it expires to the millisecond, also when it is known', async () => {
    const { token } = await create({ expiresAt: new Date(clock + 1_000).toISOString() });
    clock += 999;
    await Promise.all([one.authenticate(token), two.authenticate(token)]);
    clock += 1;
    await expect(one.authenticate(token)).rejects.toMatchObject(refused);
    await expect(two.authenticate(token)).rejects.toMatchObject(refused);
    await expect(create({ expiresAt: now().toISOString() })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(create({ expiresAt: 'tomorrow' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  test('revocation holds at once here, and everywhere within the time that a known token is taken', async () => {
    const { token, id } = await create();
    await Promise.all([one.authenticate(token), two.authenticate(token)]);
    await one.revokeApiToken(ada, id);
    await expect(one.authenticate(token)).rejects.toMatchObject(refused);
    clock += CACHE_MS;
    await expect(two.authenticate(token)).rejects.toMatchObject(refused);
    await expect(two.authenticate(token)).rejects.toMatchObject(refused);
  });

  test('F5: what ends a stream is looked up anew, however often requests with the same token come in', async () => {
    const { token, id } = await create();
    const principal = await two.authenticate(token);
    expect(await checkRights({ tokens: two, log: silentLogger }, token, principal)).toBe('unchanged');
    await one.revokeApiToken(ada, id);
    // Another instance still takes the token for a request, and a stream with it must end within 5 s all the same.
    clock += CACHE_MS - 1;
    await two.authenticate(token);
    expect(await checkRights({ tokens: two, log: silentLogger }, token, principal)).toBe('ended');
    expect(RIGHTS_AGE_MS + RIGHTS_CHECK_MS).toBeLessThanOrEqual(4_000);
  });

  test('what keeps rights from being checked ends no stream, and is logged unless it is the database', async () => {
    const { token } = await create();
    const principal = await one.authenticate(token);
    const logged: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
    const rightsAt = (error: Error) => {
      const tokens = { ...one, authenticate: () => Promise.reject(error) };
      return checkRights({ tokens, log }, token, principal);
    };
    expect(await rightsAt(new UnavailableError('The database is away.'))).toBe('unchanged');
    expect(logged).toEqual([]);
    expect(await rightsAt(new TypeError('A fault of ours.'))).toBe('unchanged');
    expect(logged).toEqual([expect.stringContaining('A fault of ours.')]);
  });

  test('L-20: a clock that is set back does not keep a revoked token alive', async () => {
    const { token, id } = await create();
    await two.authenticate(token);
    await one.revokeApiToken(ada, id);
    clock -= 3_600_000;
    await expect(two.authenticate(token)).rejects.toMatchObject(refused);
    clock += 3_600_000;
  });

  test('revoking is told once, however often and from wherever it is done', async () => {
    const { id } = await create();
    const rows = () =>
      sql.number(
        "select count(*) from tool_catalog.tool_audit_log where action = 'token_revoked' and changed_by = 'rex'",
      );
    const rex = caller({ name: 'rex' });
    await Promise.all([one, two, one, two].map((tokens) => tokens.revokeApiToken(rex, id)));
    await one.revokeApiToken(rex, id);
    expect(await rows()).toBe(1);
    for (const unknown of [randomUUID(), 'no uuid', '']) {
      await expect(one.revokeApiToken(rex, unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('while the database is away known tokens go on, expired ones do not, and unknown ones have to wait', async () => {
    const [lasting, short, revoked, unknown] = await Promise.all([
      create(),
      create({ expiresAt: new Date(clock + CACHE_MS + 5_000).toISOString() }),
      create(),
      create(),
    ]);
    for (const { token } of [lasting, short, revoked]) await two.authenticate(token);
    await one.revokeApiToken(ada, revoked.id);
    away = true;
    clock += CACHE_MS + 1_000;
    await two.authenticate(lasting.token);
    await two.authenticate(short.token);
    await two.authenticate(FIRST_ADMIN_TOKEN);
    await expect(two.authenticate(unknown.token)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    clock += 10_000;
    await expect(two.authenticate(short.token)).rejects.toMatchObject(refused);
    away = false;
    await expect(two.authenticate(revoked.token)).rejects.toMatchObject(refused);
    await two.authenticate(unknown.token);
  });
});

describe('who may', () => {
  test('names are never used again in their tenant, also after revocation', async () => {
    const name = newName();
    const { id } = await create({ name });
    await one.revokeApiToken(ada, id);
    await expect(create({ name })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    const race = await Promise.allSettled(
      [one, two, one].map((tokens) => tokens.createApiToken(ada, { name: 'raced', role: 'VIEWER' })),
    );
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await create({ name, tenant: 'acme' })).id).not.toBe(id);
    for (const bad of ['', ' a', 'a ', 'a\nb', 'a\0b', 'a\ud800', 'x'.repeat(101), 'admin', 'system:follower']) {
      await expect(create({ name: bad })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  test("T-2: a tenant's admins make and revoke tokens of their tenant; those of the shared one, of any", async () => {
    const own = await create({}, tom);
    expect(await one.authenticate(own.token)).toMatchObject({ tenant: 'acme' });
    const foreign = await create({ tenant: 'umbra' });
    await expect(create({ tenant: 'umbra' }, tom)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(create({ tenant: 'shared' }, tom)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(create({ tenant: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(one.revokeApiToken(tom, foreign.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await two.authenticate(foreign.token)).toMatchObject({ tenant: 'umbra' });
    await one.revokeApiToken(ada, own.id);
    const rows = await sql.rows(
      "select tenant, changed_by, changes from tool_catalog.tool_audit_log where action = 'token_revoked' and tenant = 'acme'",
    );
    expect(rows).toMatchObject([{ tenant: 'acme', changed_by: 'ada' }]);
    const seen = await instance.database.withTenant('acme', (tx) => tx.apiToken.findMany());
    expect(new Set(seen.map(({ tenant }) => tenant))).toEqual(new Set(['acme']));
  });

  test('D-9: whoever is no admin is refused, and that leaves one audit row for each kind', async () => {
    const eve = caller({ name: 'eve', role: 'ORCHESTRATOR' });
    const { id } = await create();
    for (let round = 0; round < 2; round += 1) {
      await expect(create({}, eve)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(one.revokeApiToken(eve, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    const rows = await sql.rows("select action from tool_catalog.tool_audit_log where changed_by = 'eve' order by id");
    expect(rows).toEqual([{ action: 'createApiToken_refused' }, { action: 'revokeApiToken_refused' }]);
  });
});
