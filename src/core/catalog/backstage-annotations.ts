import { parseSourceUrl } from '../source-url.ts';
import { codeAt, contact, folderPattern, imagePattern, text } from './fields.ts';
import type { CatalogContact, CatalogPlace, CodeLocation } from './model.ts';

type Annotations = Readonly<Record<string, unknown>>;

/** The annotations that name an image, and how each spells it. Where it leaves out the registry, any registry will do. */
const IMAGE_ANNOTATIONS: Readonly<Record<string, (value: string) => string>> = {
  'jfrog-artifactory/image-name': (value) => `**/${value}`,
  'goharbor.io/repository-slug': (value) => `**/${value}`,
  'quay.io/repository-slug': (value) => `quay.io/${value}`,
  'docker.com/repository': (value) => imagePattern(value),
  'aws.amazon.com/aws-ecr-repository-arn': imageOfArn,
};

/** Names only: who may write a pattern here could claim every image. */
export function backstageImages(annotations: Annotations): readonly string[] {
  return Object.entries(IMAGE_ANNOTATIONS).flatMap(([name, patternOf]) => {
    const value = text(annotations[name]);
    if (value === undefined || value.includes('*')) return [];
    const pattern = patternOf(value.replace(/^\/+/, ''));
    return pattern === '' ? [] : [pattern];
  });
}

/** `arn:aws:ecr:eu-west-1:123456789012:repository/acme/checkout`; empty for anything else. */
function imageOfArn(arn: string): string {
  const [, region, account, repository] = /^arn:aws:ecr:([\w-]+):(\d+):repository\/(.+)$/.exec(arn) ?? [];
  return repository === undefined ? '' : `${account}.dkr.ecr.${region}.amazonaws.com/${repository}`;
}

/** Where its code is. As in Backstage, an entity that names no place has its code beside the file that describes it. */
export function backstageCode(annotations: Annotations): readonly CodeLocation[] {
  const declared = text(annotations['backstage.io/source-location']);
  const described = text(annotations['backstage.io/managed-by-location']);
  return [
    ...(declared === undefined ? locationCode(described, 'file') : locationCode(declared, 'folder')),
    ...slugCode(annotations),
  ];
}

/** `url:https://github.com/acme/shop/tree/main/services/checkout/`. A folder ends in a slash. */
function locationCode(location: string | undefined, what: 'file' | 'folder'): readonly CodeLocation[] {
  const [, address] = /^url:(https?:\/\/.+)$/.exec(location ?? '') ?? [];
  if (address === undefined) return [];
  const result = parseSourceUrl(address, 'web');
  if (result.kind === 'refused') return [];
  const { subpath, url } = result.source;
  const isFolder = what === 'folder' && (address.endsWith('/') || !/\/blob\//.test(address));
  const pattern = folderPattern(isFolder ? subpath : subpath?.replace(/[^/]*$/, ''));
  return codeAt(url, pattern === undefined ? [] : [pattern]);
}

const SLUGS: Readonly<Record<string, string>> = {
  'github.com/project-slug': 'github.com',
  'gitlab.com/project-slug': 'gitlab.com',
  'bitbucket.org/project-slug': 'bitbucket.org',
};

function slugCode(annotations: Annotations): readonly CodeLocation[] {
  return Object.entries(SLUGS).flatMap(([name, publicHost]) => {
    const slug = text(annotations[name]);
    const instance = publicHost === 'gitlab.com' ? text(annotations['gitlab.com/instance']) : undefined;
    return slug === undefined ? [] : codeAt(`https://${instance ?? publicHost}/${slug}`);
  });
}

export function backstageContacts(annotations: Annotations, place: CatalogPlace): readonly CatalogContact[] {
  const service = text(annotations['pagerduty.com/service-id']);
  const account = text(annotations['pagerduty.com/account']);
  const key = text(annotations['pagerduty.com/integration-key']);
  const opsgenie = text(annotations['opsgenie.com/team']);
  const at = account === undefined ? '' : ` at ${account}`;
  return [
    ...contact('pager', service && `PagerDuty service ${service}${at}`, place),
    // Whoever has the key can raise alarms.
    ...contact('pager', key && 'PagerDuty integration key (configured)', place),
    ...contact('pager', opsgenie && `Opsgenie team ${opsgenie}`, place),
  ];
}
