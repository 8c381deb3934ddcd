/** A pattern, and what stands in its place. Each takes time linear in the text. */
type Rule = readonly [pattern: RegExp, replacement: string];

// The names of values that are secret wherever they are assigned: in a query, a build argument, a header, a piece of JSON.
const SECRET_NAMES =
  'password|passwd|passphrase|pwd|secret|token|credentials?|(?:secret|access|private|api|auth|signing)[_-]?key';
const ASSIGNED = String.raw`(?:["']?\s{0,3}=\s{0,3}|["']\s{0,3}:\s{0,3})`;
const ASSIGNED_VALUE = String.raw`(?:"[^"]*"|'[^']*'|["']?[^\s&;"'<>]+)`;

const RULES: readonly Rule[] = [
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[^-]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[^-]*-----|$)/g,
    '[private key ***]',
  ],
  // The user information of a URL. `git@` is no secret, and `docker-image://alpine@sha256:…` has none.
  [/(:\/\/)(?!git@[^\s/?#@]*(?:[\s/?#]|$))[^\s/?#]*@(?!sha(?:256|512):)/g, '$1***@'],
  [/(%3A%2F%2F)(?!git%40)(?:(?!%2F|%3F|%23)[^\s/?#&])*%40(?!sha(?:256|512)(?::|%3A))/gi, '$1***%40'],
  [/(authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|digest|token)\s{1,3})[^\s"']+/gi, '$1***'],
  [new RegExp(`((?:${SECRET_NAMES})${ASSIGNED})${ASSIGNED_VALUE}`, 'gi'), '$1***'],
  // Signed addresses of object stores, and what is secret only as part of a query.
  [/([?&](?:auth|key|sig|signature|x-(?:amz|goog)-(?:credential|security-token|signature))=)[^\s&#]+/gi, '$1***'],
  // Tokens that their issuers made recognisable.
  [/(?<![A-Za-z0-9])(gh[oprsu]_|github_pat_)[\w-]{16,}(?:\.[\w-]+)*/g, '$1***'],
  [/(?<![A-Za-z0-9])(gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-)[\w-]{16,}(?:\.[\w-]+)*/g, '$1***'],
  [/(?<![A-Za-z0-9])(dckr_[op]at_|hv[bs]\.|pypi-AgE|[rs]k_live_|sk-ant-|ya29\.)[\w-]{16,}/g, '$1***'],
  [/(?<![A-Za-z0-9])(xapp-|xox[a-z]-)[\w-]{10,}/g, '$1***'],
  [/(?<![A-Za-z0-9])(npm_)[A-Za-z0-9]{36}/g, '$1***'],
  [/(?<![A-Za-z0-9])(A(?:KI|SI)A)[A-Z0-9]{16}(?![A-Za-z0-9])/g, '$1***'],
  [/(?<![A-Za-z0-9])(AIza)[\w-]{35}/g, '$1***'],
  // JSON Web Tokens: three parts, or five where encrypted.
  [/(?<![\w-])(eyJ)[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){1,3}/g, '$1***'],
];

/** The text with `***` for what looks like a credential; what kind it is stays readable. */
export function maskCredentials(text: string): string {
  return RULES.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
