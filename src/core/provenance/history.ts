/** The marks that builders leave on every image, whoever runs them (reference/provenance.md 6.11, 6.12). They name the tool, and never the run. */
import { withoutUndefined } from '../defined.ts';
import type { ImageConfig } from '../model/oci.ts';
import { parseSourceUrl } from '../source-url.ts';

/** A builder, and where its mark is. */
export type BuilderMark = {
  /** The tool's own page. */
  readonly builder: string;
  readonly version?: string;
  /** Where the mark tells what was built: a repository's display URL, and a directory in it. */
  readonly source?: { readonly repository: string; readonly directory?: string };
  /** `config.author`, `config.history[3]`, or the label. */
  readonly location: string;
  /** The label that it rests on: it may come from the base image. */
  readonly label?: string;
};
export type MarkedConfig = Pick<ImageConfig, 'author' | 'history' | 'labels'>;

const KO = 'https://github.com/ko-build/ko';
const APKO = 'https://github.com/chainguard-dev/apko';
const JIB = 'https://github.com/GoogleContainerTools/jib';
const NIX = 'https://github.com/NixOS/nixpkgs';
const BUILDAH = 'https://github.com/containers/buildah';
const BUILDPACKS = 'https://buildpacks.io';

/** Of `config.author`. Before 2023 ko's repository was Google's. */
const AUTHORS: Readonly<Record<string, string>> = {
  'github.com/chainguard-dev/apko': APKO,
  'github.com/google/ko': KO,
  'github.com/ko-build/ko': KO,
};
/** Labels that the tool itself sets. */
const LABELS: readonly { readonly label: string; readonly builder: string; readonly versioned?: true }[] = [
  { label: 'io.buildah.version', builder: BUILDAH, versioned: true },
  { label: 'io.buildpacks.lifecycle.metadata', builder: BUILDPACKS },
];
/** Longer lines are shell scripts. */
const LINE_LENGTH_MAX = 1024;
const VERSION_LENGTH_MAX = 64;
/** More lines than any builder writes; the first are the base image's. */
const HISTORY_MAX = 1000;

/** Every mark, one for each builder: that of the history's last line, which the base image did not write. */
export function readBuilderMarks(config: MarkedConfig): readonly BuilderMark[] {
  const marks = [...fromHistory(config), ...fromAuthor(config), ...fromLabels(config)];
  return marks.filter((mark, index) => marks.findIndex(({ builder }) => builder === mark.builder) === index);
}

function fromAuthor({ author = '' }: MarkedConfig): readonly BuilderMark[] {
  const builder = Object.hasOwn(AUTHORS, author) ? AUTHORS[author] : undefined;
  return builder === undefined ? [] : [{ builder, location: 'config.author' }];
}

function fromHistory({ history }: MarkedConfig): readonly BuilderMark[] {
  const lines = history.slice(-HISTORY_MAX);
  const before = history.length - lines.length;
  return lines
    .flatMap(({ createdBy, comment = '' }, index): readonly BuilderMark[] => {
      const mark = readLine(createdBy.slice(0, LINE_LENGTH_MAX)) ?? readComment(comment.slice(0, LINE_LENGTH_MAX));
      return mark === undefined ? [] : [{ ...mark, location: `config.history[${before + index}]` }];
    })
    .toReversed();
}

type Mark = Omit<BuilderMark, 'location'>;

function readLine(line: string): Mark | undefined {
  const importPath = /^ko build (?:ko:\/\/)?(\S+)$/.exec(line)?.[1];
  if (importPath !== undefined) return withoutUndefined({ builder: KO, source: goPackage(importPath) });
  const jib = /^jib-(?:core|gradle-plugin|maven-plugin)(?::([\w.+-]+))?$/.exec(line);
  return jib === null ? undefined : withoutUndefined({ builder: JIB, version: jib[1] });
}

/** nixpkgs' dockerTools lists what is in each layer. */
function readComment(comment: string): Mark | undefined {
  return comment.startsWith("store paths: ['/nix/store/") ? { builder: NIX } : undefined;
}

/** On GitHub the first three parts of an import path are the repository; elsewhere nobody can tell. */
function goPackage(importPath: string): BuilderMark['source'] {
  const [, repository, directory] = /^(github\.com\/[^/]+\/[^/]+)(?:\/v\d+)?(?:\/(.+))?$/.exec(importPath) ?? [];
  const result = repository === undefined ? undefined : parseSourceUrl(`https://${repository}`, 'web');
  return result?.kind === 'repository' ? withoutUndefined({ repository: result.source.url, directory }) : undefined;
}

function fromLabels({ labels }: MarkedConfig): readonly BuilderMark[] {
  return LABELS.flatMap(({ label, builder, versioned }): readonly BuilderMark[] => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    if (value === undefined || value === '') return [];
    const location = `config labels ${label}`;
    return [
      {
        builder,
        location,
        label,
        ...(versioned === true && value.length <= VERSION_LENGTH_MAX ? { version: value } : {}),
      },
    ];
  });
}
