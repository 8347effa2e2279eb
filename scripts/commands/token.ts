import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApiToken, ROLES, type Role } from '../lib/api.js';
import { apiFor, type CommandContext } from '../lib/command-context.js';
import { printable, table } from '../lib/terminal.js';

interface CreateOptions {
  readonly name: string;
  readonly role: string;
  readonly tenant?: string;
  readonly expires?: string;
}

const HELP = `
Roles:
  viewer        reads everything in its tenant
  orchestrator  also reports its position
  admin         also changes tools and tokens

Examples:
  tool-catalog token create --name build-server --role orchestrator
  TOKEN=$(tool-catalog token create --name nightly --role viewer --expires 30d)
  tool-catalog token list
  tool-catalog token revoke <id>`;

export function registerToken(program: Command, context: CommandContext): void {
  const token = program
    .command('token')
    .summary('make, list and revoke API tokens')
    .description('Makes, lists and revokes API tokens.')
    .addHelpText('after', HELP);

  token
    .command('create')
    .description('Makes a token and prints its secret, this once, to standard output.')
    .requiredOption('--name <name>', "the principal's name, unique in its tenant and never used again")
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(ROLES.map((role) => role.toLowerCase()))
        .default('orchestrator'),
    )
    .option('--tenant <name>', "whose catalog it sees; one's own when left out")
    .option('--expires <when>', "a duration such as '12h' or '30d', or a date and time", parseExpiry)
    .action(async (options: CreateOptions, command: Command) => {
      const created = await apiFor(command, context).createToken({
        name: options.name,
        role: options.role.toUpperCase() as Role,
        tenant: options.tenant,
        expiresAt: options.expires,
      });
      const { id, name, role, tenant, expiresAt } = created.apiToken;
      context.terminal.notice(
        printable(
          `Token ${id} for ${name} (${role.toLowerCase()}, tenant ${tenant}), ${expiresAt === null ? 'does not expire' : `expires ${expiresAt}`}.`,
        ),
      );
      await context.terminal.line(created.token);
    });

  token
    .command('list')
    .description('Lists tokens, never their secrets. Times are UTC.')
    .option('--tenant <name>', "whose tokens; one's own when left out")
    .action(async ({ tenant }: { readonly tenant?: string }, command: Command) => {
      const tokens = await apiFor(command, context).listTokens(tenant);
      const head = ['ID', 'NAME', 'ROLE', 'TENANT', 'CREATED', 'LAST USED', 'STATE'];
      await context.terminal.line(table([head, ...tokens.map(row)]));
    });

  token
    .command('revoke')
    .description('Ends a token; its open streams are closed within 5 seconds.')
    .argument('<id>', "from 'token list'")
    .action(async (id: string, _options: unknown, command: Command) => {
      const revoked = await apiFor(command, context).revokeToken(id);
      await context.terminal.line(printable(`${revoked.name} (${revoked.id}) is revoked.`));
    });
}

function row(token: ApiToken): readonly string[] {
  const { id, name, role, tenant, createdAt, lastUsedAt, revokedAt } = token;
  const cells = [id, name, role.toLowerCase(), tenant, day(createdAt), lastUsedAt === null ? '-' : day(lastUsedAt)];
  return [...cells, revokedAt === null ? expiryState(token.expiresAt) : `revoked ${day(revokedAt)}`].map(printable);
}

function expiryState(expiresAt: string | null): string {
  if (expiresAt === null) return 'valid';
  return Date.parse(expiresAt) <= Date.now() ? `expired ${day(expiresAt)}` : `valid until ${day(expiresAt)}`;
}

function day(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function parseExpiry(text: string): string {
  const duration = /^([1-9]\d{0,5})([mhd])$/.exec(text);
  const unit = duration?.[2] as keyof typeof UNIT_MS | undefined;
  const time = unit === undefined ? Date.parse(text) : Date.now() + Number(duration?.[1]) * UNIT_MS[unit];
  if (!(time > Date.now())) {
    throw new InvalidArgumentError("A time to come is needed: '12h', '30d' or '2030-01-31T00:00:00Z'.");
  }
  return new Date(time).toISOString();
}
