/** Commands of clients, and of monitors for their clients: who may give them, who carries them out, the reply. */

import { getLogger } from "@logtape/logtape";
import type { CapRequest } from "../auth/mgr_cap.ts";
import { MCommand, type MCommand as Command, MCommandReply, MMgrCommandReply } from "../messages/command.ts";
import { pack } from "../messages/message.ts";
import { formatEntityName } from "../types/entity_name.ts";
import { LogPrio } from "../types/log_entry.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { ZERO_UUID } from "../types/uuid.ts";
import { runAdminCommand } from "./admin_commands.ts";
import {
  builtinForCaps,
  type BuiltinHandler,
  isBuiltin,
  MANAGER_COMMANDS,
  runBuiltin,
} from "./builtin_commands.ts";
import { commandPrefix, describeCommands } from "./command_descriptions.ts";
import {
  argStrings,
  type CommandArgs,
  CommandJsonError,
  parseCommandJson,
  stringArg,
} from "./command_json.ts";
import {
  COMMAND_FORMATS,
  type CommandCall,
  type CommandFormat,
  type CommandResult,
  type ServerContext,
} from "./context.ts";
import type { Session } from "./session.ts";

const log = getLogger(["ganglion", "daemons"]);

const EACCES = -13;
const EINVAL = -22;

/** What everybody is told who may not. */
const ACCESS_DENIED = "access denied: does your client key have mgr caps? See " +
  "http://docs.ceph.com/en/latest/mgr/administrator/#client-authentication";

/** Which command a message is: the manager's table, or the admin socket. */
interface Parsed {
  readonly tell: boolean;
  readonly prefix: string;
  readonly args: CommandArgs;
  readonly format: CommandFormat | undefined;
}

/** Carries out commands. */
export class Commands {
  readonly #context: ServerContext;
  readonly #builtins: ReadonlyMap<string, BuiltinHandler>;

  constructor(context: ServerContext, builtins: ReadonlyMap<string, BuiltinHandler>) {
    this.#context = context;
    this.#builtins = builtins;
  }

  /** Answers one command on its session, in the family it came in and under its tid. Never rejects. */
  async handle(session: Session, raw: RawMessage, command: Command): Promise<void> {
    const { retval, stdout, stderr } = await this.#run(session, raw, command);
    const data = typeof stdout === "string" ? new TextEncoder().encode(stdout) : stdout;
    const reply = raw.type === MCommand.type ? MCommandReply : MMgrCommandReply;
    session.send(pack(reply, { r: retval | 0, rs: stderr, data }, raw.tid));
  }

  async #run(session: Session, raw: RawMessage, command: Command): Promise<CommandResult> {
    try {
      // Clients before Octopus send the manager's commands as 97 too, but without an fsid.
      const tell = raw.type === MCommand.type && command.fsid !== ZERO_UUID;
      return await this.#dispatch(session, command, parseCommand(command, tell));
    } catch (e) {
      if (e instanceof CommandJsonError) return failure(EINVAL, e.message);
      log.error(`a command of ${session} failed: ${e instanceof Error ? e.stack : e}`);
      return failure(EINVAL, e instanceof Error ? e.message : String(e));
    }
  }

  async #dispatch(session: Session, command: Command, parsed: Parsed): Promise<CommandResult> {
    const { prefix, args, tell, format } = parsed;
    if (prefix === "get_command_descriptions" && !tell) return success(this.#descriptions());
    if (!this.#isAllowed(session, parsed)) return this.#denied(session, command);
    this.#audit(session, command, LogPrio.debug, ": dispatch");
    if (tell) return runAdminCommand(this.#context, prefix, args);
    const call = { prefix, args, format, inbuf: command.data, session };
    const result = await this.#call(call);
    if (result === undefined) return failure(EINVAL, `No handler found for '${prefix}'`);
    return result.retval === EACCES ? this.#deniedByModule(session, command, result) : result;
  }

  async #call(call: CommandCall): Promise<CommandResult | undefined> {
    if (isBuiltin(call.prefix)) return await runBuiltin(this.#builtins, call);
    return await this.#context.dispatchCommand(call);
  }

  #descriptions(): string {
    const modules = this.#context.moduleCommands().map(({ command }) => command);
    return describeCommands([...modules, ...MANAGER_COMMANDS]);
  }

  #isAllowed({ cap, ip, isMonitor }: Session, { prefix, args, tell }: Parsed): boolean {
    if (tell) return !isMonitor && cap.isAllowAll(ip);
    const params = argStrings(args);
    return cap.isCapable({ ...this.#permission(prefix), command: prefix, args: params, peerIp: ip });
  }

  /** An unknown command is checked like a module's that needs no letters. */
  #permission(prefix: string): Pick<CapRequest, "service" | "module" | "perm"> {
    const builtin = builtinForCaps(prefix);
    if (builtin !== undefined) return { service: builtin.module, module: "", perm: builtin.reqPerms };
    const found = this.#context.moduleCommands().find(({ command }) =>
      commandPrefix(command.cmdstring) === prefix
    );
    return { service: "py", module: found?.module ?? "", perm: found?.command.reqPerms ?? "" };
  }

  #denied(session: Session, command: Command): CommandResult {
    log.info(`access denied to ${session}`);
    this.#audit(session, command, LogPrio.info, ":  access denied");
    return failure(EACCES, ACCESS_DENIED);
  }

  #deniedByModule(session: Session, command: Command, result: CommandResult): CommandResult {
    this.#audit(session, command, LogPrio.info, ":  access denied");
    return { ...result, stderr: result.stderr + ACCESS_DENIED };
  }

  /** The address is blank in 16.2, and so it is here: who reads the log may rely on the form. */
  #audit({ source, entity }: Session, { cmd }: Command, prio: number, what: string): void {
    const who = `from='${source} -' entity='${formatEntityName(entity)}'`;
    this.#context.audit(prio, `${who} cmd=[${cmd.join(",")}]${what}`);
  }
}

/** Throws CommandJsonError. */
function parseCommand({ cmd }: Command, tell: boolean): Parsed {
  const args = parseCommandJson(cmd);
  const prefix = stringArg(args, "prefix");
  const wanted = stringArg(args, "format");
  const format = prefix.endsWith("_json") ? "json" : COMMAND_FORMATS.find((f) => f === wanted);
  return { tell, prefix, args, format };
}

function success(stdout: string): CommandResult {
  return { retval: 0, stdout, stderr: "" };
}

function failure(retval: number, stderr: string): CommandResult {
  return { retval, stdout: "", stderr };
}
