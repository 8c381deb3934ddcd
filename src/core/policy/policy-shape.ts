import * as v from 'valibot';
import { parseRepositoryName } from '../model/image-reference.ts';
import { requirementShape } from './requirement-shape.ts';
import { demanded, digest, expecting, someEntries, someItems, listOf, oneOf, text } from './shape-parts.ts';

/** Rules and exceptions of one file: each image is compared with all of their patterns. */
const RULES_MAX = 2_000;
const EXCEPTIONS_MAX = 2_000;

/** `host[:port]/path` without tag or digest, or a place on this machine; `*` within a part, `**` anything. */
const IMAGE_PATTERN =
  /^(?:\*\*|(?:(?:oci|oci-archive|docker-archive):\/.*|(?:[A-Za-z0-9.*_-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?\/[a-z0-9._*/-]*[a-z0-9*]))$/;
const imagePattern = v.pipe(
  v.string(),
  v.maxLength(512),
  expecting(
    'an image’s name with its registry, without tag or digest: docker.io/library/alpine, ghcr.io/acme/**',
    v.regex(IMAGE_PATTERN),
  ),
  expecting('a pattern with at most 16 wildcards', v.regex(/^[^*]*(?:\*+[^*]+){0,16}\**$/)),
  expecting(
    'a name as images have it: its registry in lower case, docker.io for Docker Hub with library/ before official images',
    v.check(canBeName),
  ),
  v.description('Images by name: * within a part, ** anything, anchored at both ends.'),
);

/** Whether an image can be called so: what matches nothing leaves the images that were meant to another rule, or to none. */
function canBeName(pattern: string): boolean {
  if (pattern === '**' || /^(?:oci|oci-archive|docker-archive):\//.test(pattern)) return true;
  const [host = '', ...path] = pattern.split('/');
  // Some name for which the wildcards can stand; a host that is not written out can be any.
  const example = `${host.includes('*') ? 'registry.example' : host}/${path.join('/').replaceAll('**', 'x/x').replaceAll(/\*+/g, 'x')}`;
  return host === host.toLowerCase() && parseRepositoryName(example)?.name === example;
}

const MODES = ['enforce', 'warn'] as const;
const mode = v.optional(oneOf('Whether what does not hold fails, or is only told.', MODES));
const ruleName = v.pipe(
  v.string(),
  expecting('letters, digits, dots, dashes and underscores, at most 100', v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)),
  v.description('The name of the rule, for reports, `extends` and exceptions.'),
);

const platform = v.pipe(
  v.string(),
  expecting('os/architecture, such as linux/arm64', v.regex(/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/)),
  v.description('os/architecture, such as linux/arm64.'),
);

const platforms = v.pipe(
  v.strictObject({
    required: v.optional(
      v.pipe(
        v.union([v.literal('every'), listOf('At least these platforms.', platform)]),
        v.description('The platforms that must meet the rule: every one that the index lists, or these.'),
      ),
    ),
    inheritFromIndex: v.optional(
      demanded('What is signed about the index counts for each platform in it. Else each platform needs its own.'),
    ),
  }),
  someEntries('at least one demand'),
  v.description('Which platforms must meet the rule, and by what.'),
);

const rule = v.pipe(
  v.strictObject({
    name: ruleName,
    images: v.optional(
      listOf(
        'The images that the rule is for. A rule without is for others to extend, or for base images.',
        imagePattern,
      ),
    ),
    extends: v.optional(text('The rule that must hold too.')),
    mode,
    platforms: v.optional(platforms),
    require: v.optional(requirementShape),
  }),
  v.check(
    (written) => written.require !== undefined || written.extends !== undefined,
    'a rule that requires or extends something',
  ),
  v.description('What is required of some images.'),
);

const exception = v.pipe(
  v.strictObject({
    rule: text('The rule from which the image is excepted.'),
    images: v.optional(imagePattern),
    digest: v.optional(digest('The digest of the image: of its index or of its platform.')),
    reason: text('Why.'),
    owner: text('Who answers for it.'),
    expires: v.pipe(
      v.string(),
      expecting('a date: 2027-03-31', v.regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)),
      v.check(isDate, 'a day of the calendar'),
      v.description('The last day on which it holds (UTC).'),
    ),
  }),
  v.check((written) => (written.images === undefined) !== (written.digest === undefined), 'either images or a digest'),
  v.description('An image that need not meet a rule for a while.'),
);

/** `toISOString` knows the days that there are. */
function isDate(written: string): boolean {
  const time = Date.parse(`${written}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(written);
}

/** What a policy file may say, as far as one place alone can tell; the rest is in policy-checks.ts. */
export const policyShape = v.pipe(
  v.strictObject({
    version: v.pipe(v.literal(1), v.description('The version of this format.')),
    default: v.optional(
      oneOf('What becomes of an image without a rule: it fails, or is only reported.', ['report', 'deny']),
    ),
    mode,
    rules: v.pipe(
      v.array(rule),
      someItems('at least one rule'),
      v.maxLength(RULES_MAX),
      v.description('The most specific pattern that matches an image decides which rule it must meet.'),
    ),
    exceptions: v.optional(
      v.pipe(
        v.array(exception),
        v.maxLength(EXCEPTIONS_MAX),
        v.description('Images that need not meet a rule for a while.'),
      ),
    ),
  }),
  v.description('What is required of container images.'),
);

export type WrittenPolicy = v.InferOutput<typeof policyShape>;
export type WrittenRule = WrittenPolicy['rules'][number];
export type Mode = (typeof MODES)[number];
