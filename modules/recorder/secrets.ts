/** Which options of Ceph hold something that nobody may read in a file. */

const SECRET = /(?:^|_)(?:key|keyring|password|passphrase|secret|token)(?:$|_)/;

/** Whether the value of an option is to be left out. */
export function isSecret(option: string): boolean {
  return SECRET.test(option);
}

/** The options of a daemon, as text, without the values of secrets. */
export function withoutSecrets(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, text]) => [name, isSecret(name) ? "" : text]));
}
