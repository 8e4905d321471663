/** What a client's caps let it do with objects: enough of OSDCap for development. Upstream: osd/OSDCap.cc */

/** One grant. */
interface Grant {
  readonly letters: string;
  readonly pool: string | undefined;
  readonly namespace: string | undefined;
}

const PROFILES: ReadonlyMap<string, string> = new Map([
  ["osd", "*"],
  ["rbd", "rwx"],
  ["rbd-read-only", "rx"],
  ["crash", ""],
]);

/** Parsed caps of one client. */
export class OsdCap {
  readonly #grants: readonly Grant[];

  constructor(text: string) {
    this.#grants = text.split(/[;,]/).map(parseGrant).filter((grant) => grant !== undefined);
  }

  /** Everything, commands of the OSD too. */
  get allowsAll(): boolean {
    return this.#grants.some(({ letters, pool, namespace }) =>
      letters === "*" && pool === undefined && namespace === undefined
    );
  }

  /** Whether the letters (r, w, x) are granted there. */
  allows(letters: string, pool: string, namespace: string): boolean {
    return [...letters].every((letter) =>
      this.#grants.some((grant) =>
        (grant.letters === "*" || grant.letters.includes(letter)) &&
        (grant.pool === undefined || grant.pool === pool) && fits(grant.namespace, namespace)
      )
    );
  }
}

/** `ns`, or `ns*` for all that begin so. */
function fits(wanted: string | undefined, namespace: string): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith("*") ? namespace.startsWith(wanted.slice(0, -1)) : wanted === namespace;
}

/** `allow rw pool=p namespace=n`, `allow profile rbd pool=p`, `profile rbd`. */
function parseGrant(text: string): Grant | undefined {
  const words = text.trim().split(/\s+/);
  if (words[0] === "allow") words.shift();
  const profile = words[0] === "profile" ? words[1] : undefined;
  const letters = profile === undefined ? words[0] : PROFILES.get(profile);
  if (letters === undefined || !/^(?:\*|all|[rwx]*)$/.test(letters)) return undefined;
  const option = (name: string): string | undefined => new RegExp(`\\b${name}[= ](\\S+)`).exec(text)?.[1];
  return {
    letters: letters === "all" ? "*" : letters,
    pool: option("pool"),
    namespace: option("namespace"),
  };
}
