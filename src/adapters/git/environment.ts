export type Environment = Readonly<Record<string, string | undefined>>;
export type ProgramEnvironment = Readonly<Record<string, string>>;

/** What git is left of the user's environment: where programs, ssh's agent and temporary files are. */
const KEPT = [
  'PATH',
  'TMPDIR',
  'USER',
  'LOGNAME',
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'GIT_EXEC_PATH',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'SYSTEMROOT',
] as const;

/** ssh that never asks: neither for a password nor whether a host's key is the right one. */
const SSH_COMMAND = 'ssh -oBatchMode=yes -oClearAllForwardings=yes -oPermitLocalCommand=no -oConnectTimeout=15';

/**
 * An environment in which git reads no configuration but that of `home`'s own repositories, asks nobody anything, and may use no
 * transport. `home` is an empty folder of ours: git's HTTP library would take passwords from the `.netrc` in a real one, and its
 * `default` entry is for every host (SPEC 8). Git older than 2.32 does not know GIT_CONFIG_GLOBAL, and looks there too.
 */
export function safeEnvironment(env: Environment, home: string): ProgramEnvironment {
  return {
    ...keptOf(env),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // Empty, and not missing: git would go on to SSH_ASKPASS.
    GIT_ASKPASS: '',
    GIT_SSH_COMMAND: SSH_COMMAND,
    GIT_SSH_VARIANT: 'ssh',
    GIT_OPTIONAL_LOCKS: '0',
    // Known to git 2.45 and newer; before that, what is read has no remote to be fetched from.
    GIT_NO_LAZY_FETCH: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_PAGER: 'cat',
    GIT_ALLOW_PROTOCOL: 'none',
  };
}

function keptOf(env: Environment): ProgramEnvironment {
  return Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** What holds for every command, whatever a repository's own configuration says. */
export const SAFE_CONFIGURATION: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=',
  'core.alternateRefsCommand=:',
  'core.useReplaceRefs=false',
  // Larger files are copied in pieces, and not held whole.
  'core.bigFileThreshold=16m',
  'protocol.version=2',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.writeCommitGraph=false',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  // One pack, whose size can be watched as it comes.
  'transfer.unpackLimit=1',
  'transfer.bundleURI=false',
  'credential.helper=',
  'http.followRedirects=false',
  // A server that is busy says so every few seconds, in as many bytes.
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=60',
  'log.showSignature=false',
  'advice.graftFileDeprecated=false',
];

/** As arguments, before git's command. */
export function configurationArguments(entries: readonly string[]): readonly string[] {
  return entries.flatMap((entry) => ['-c', entry]);
}
